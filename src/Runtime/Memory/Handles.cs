using System.Runtime;

namespace Mote.Runtime;

/// <summary>GC handles: a word that holds an object, and a second one for what a dependent handle keeps alive.
/// Nothing is collected yet, so every kind is a strong one.</summary>
// SAFETY: a handle is a pointer that Allocate gave, until Free takes it back; a wild or freed one is the class
// library's error.
internal static unsafe class Handles
{
    internal struct Handle
    {
        public void* Target;
        public void* Secondary;
    }

    // Freed handles are chained through their first word.
    private static Handle* s_free;

    [RuntimeExport("RhpHandleAlloc")]
    public static void* Allocate(void* target, int kind) => AllocateDependent(target, null);

    [RuntimeExport("RhpHandleAllocDependent")]
    public static void* AllocateDependent(void* target, void* secondary)
    {
        Handle* handle = s_free;
        if (handle != null)
        {
            s_free = (Handle*)handle->Target;
        }
        else
        {
            handle = (Handle*)NativeArena.Allocate((nuint)sizeof(Handle));
        }

        handle->Target = target;
        handle->Secondary = secondary;
        return handle;
    }

    [RuntimeExport("RhHandleFree")]
    public static void Free(Handle* handle)
    {
        handle->Target = s_free;
        handle->Secondary = null;
        s_free = handle;
    }

    [RuntimeExport("RhHandleSet")]
    public static void* Set(Handle* handle, void* target)
    {
        handle->Target = target;
        return handle;
    }

    [RuntimeExport("RhHandleGet")]
    public static void* Get(Handle* handle) => handle->Target;

    [RuntimeExport("RhHandleGetDependent")]
    public static void* GetDependent(Handle* handle, void** secondary)
    {
        *secondary = handle->Secondary;
        return handle->Target;
    }

    [RuntimeExport("RhHandleSetDependentSecondary")]
    public static void SetDependentSecondary(Handle* handle, void* secondary) => handle->Secondary = secondary;
}

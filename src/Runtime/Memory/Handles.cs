using System.Runtime;

namespace Mote.Runtime;

/// <summary>GC handles: a word that holds an object, and a second one for what a dependent handle keeps alive as long as the first is alive.
/// A weak handle keeps nothing alive. Short and long weak ones differ only for objects that a finalizer revives, which there are none of.</summary>
// SAFETY: a handle is a pointer that Allocate gave, until Free takes it back; a wild or freed one is the class library's error.
internal static unsafe class Handles
{
    private const int WeakLong = 1;
    private const int Normal = 2;
    private const int Pinned = 3;
    private const int Dependent = 6;
    private const int Unused = -1;
    private const int ChunkLength = 64;

    internal struct Handle
    {
        public byte* Target;
        public byte* Secondary;
        public int Kind;
        private readonly int _padding;
    }

    internal struct Chunk
    {
        public Chunk* Next;
        private readonly nint _padding;
    }

    private static Handle* s_free;
    private static Chunk* s_chunks;

    [RuntimeExport("RhpHandleAlloc")]
    public static Handle* Allocate(byte* target, int kind) => Create(target, null, kind);

    [RuntimeExport("RhpHandleAllocDependent")]
    public static Handle* AllocateDependent(byte* target, byte* secondary) => Create(target, secondary, Dependent);

    [RuntimeExport("RhHandleFree")]
    public static void Free(Handle* handle)
    {
        // Unused handles are chained through their first word.
        handle->Target = (byte*)s_free;
        handle->Secondary = null;
        handle->Kind = Unused;
        s_free = handle;
    }

    [RuntimeExport("RhHandleSet")]
    public static Handle* Set(Handle* handle, byte* target)
    {
        handle->Target = target;
        return handle;
    }

    [RuntimeExport("RhHandleGet")]
    public static byte* Get(Handle* handle) => handle->Target;

    [RuntimeExport("RhHandleGetDependent")]
    public static byte* GetDependent(Handle* handle, byte** secondary)
    {
        *secondary = handle->Secondary;
        return handle->Target;
    }

    [RuntimeExport("RhHandleSetDependentSecondary")]
    public static void SetDependentSecondary(Handle* handle, byte* secondary) => handle->Secondary = secondary;

    /// <summary>Marks what strong handles hold.</summary>
    public static void MarkStrong()
    {
        for (Chunk* chunk = s_chunks; chunk != null; chunk = chunk->Next)
        {
            Handle* handles = (Handle*)(chunk + 1);
            for (int i = 0; i < ChunkLength; i++)
            {
                if (handles[i].Kind is Normal or Pinned)
                {
                    Marker.Mark(handles[i].Target);
                }
            }
        }

        Marker.Drain();
    }

    /// <summary>Marks what dependent handles keep alive, until that makes no further handle's target live.</summary>
    public static void MarkDependent()
    {
        bool changed = true;
        while (changed)
        {
            changed = false;
            for (Chunk* chunk = s_chunks; chunk != null; chunk = chunk->Next)
            {
                Handle* handles = (Handle*)(chunk + 1);
                for (int i = 0; i < ChunkLength; i++)
                {
                    Handle* handle = &handles[i];
                    if (handle->Kind == Dependent && handle->Target != null && Marker.IsLive(handle->Target) && !Marker.IsLive(handle->Secondary))
                    {
                        Marker.Mark(handle->Secondary);
                        changed = true;
                    }
                }
            }

            Marker.Drain();
        }
    }

    /// <summary>Empties the weak and dependent handles whose object is dead.</summary>
    public static void ClearDead()
    {
        for (Chunk* chunk = s_chunks; chunk != null; chunk = chunk->Next)
        {
            Handle* handles = (Handle*)(chunk + 1);
            for (int i = 0; i < ChunkLength; i++)
            {
                if (handles[i].Kind is >= 0 and (<= WeakLong or Dependent) && !Marker.IsLive(handles[i].Target))
                {
                    handles[i].Target = handles[i].Secondary = null;
                }
            }
        }
    }

    private static Handle* Create(byte* target, byte* secondary, int kind)
    {
        if (s_free == null)
        {
            Chunk* chunk = (Chunk*)NativeArena.Allocate((nuint)(sizeof(Chunk) + (ChunkLength * sizeof(Handle))));
            chunk->Next = s_chunks;
            s_chunks = chunk;
            for (int i = ChunkLength - 1; i >= 0; i--)
            {
                Free((Handle*)(chunk + 1) + i);
            }
        }

        Handle* handle = s_free;
        s_free = (Handle*)handle->Target;
        handle->Target = target;
        handle->Secondary = secondary;
        handle->Kind = kind;
        return handle;
    }
}

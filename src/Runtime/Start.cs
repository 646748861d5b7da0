using System.Runtime;
using System.Runtime.CompilerServices;

namespace Mote.Runtime;

/// <summary>Brings the class library up and enters the kernel's Main.</summary>
// SAFETY: called once, by boot code, with the heap in place.
internal static unsafe class Start
{
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhMoteModules")]
    private static extern void** Modules(int* count);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "InitializeModules")]
    private static extern void InitializeModules(void* osModule, void** headers, int count, void** functions, int functionCount);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "__managed__Main")]
    private static extern int ManagedMain(int argumentCount, byte** arguments);

    /// <summary>Runs the kernel. <see cref="BlockSpace.Initialize"/> must have been called.</summary>
    /// <returns>What Main returned.</returns>
    [RuntimeExport("RhMoteStart")]
    public static int Run()
    {
        int count;
        void** modules = Modules(&count);
        // The address stands for the module; nothing reads through it.
        InitializeModules(modules, modules, count, null, 0);
        // The class library takes the first argument for the program's name, and away.
        byte* name = stackalloc byte[1];
        *name = 0;
        return ManagedMain(1, &name);
    }
}

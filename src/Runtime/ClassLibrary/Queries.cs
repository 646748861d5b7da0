using System.Runtime;
using System.Runtime.CompilerServices;

namespace Mote.Runtime;

/// <summary>What the class library asks about the process, the code and the collector.</summary>
// SAFETY: writes results to locals of the class library that called.
internal static unsafe class Queries
{
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhMoteModules")]
    private static extern void** Modules(int* count);

    [RuntimeExport("RhGetThreadStaticStorage")]
    public static void** ThreadStaticStorage() => MachineHooks.ThreadStaticSlot();

    [RuntimeExport("RhGetProcessCpuCount")]
    public static int ProcessorCount() => 1;

    // The thread static slot is different for each thread, never null and stays for the thread's life.
    [RuntimeExport("RhCurrentOSThreadId")]
    public static ulong CurrentThreadId() => (ulong)MachineHooks.ThreadStaticSlot();

    [RuntimeExport("RhSetThreadExitCallback")]
    public static void SetThreadExitCallback(void* callback)
    {
    }

    [RuntimeExport("RhGetKnobValues")]
    public static uint KnobValues(void** keys, void** values)
    {
        *keys = null;
        *values = null;
        return 0;
    }

    [RuntimeExport("RhGetRuntimeVersion")]
    public static byte* Version(int* length)
    {
        fixed (byte* text = "mote"u8)
        {
            *length = 4;
            return text;
        }
    }

    [RuntimeExport("RhGetOSModuleFromPointer")]
    public static void* ModuleOf(void* pointer)
    {
        int count;
        return Modules(&count);
    }

    [RuntimeExport("RhGetModuleFileName")]
    public static int ModuleFileName(void* module, void** name)
    {
        *name = null;
        return 0;
    }

    [RuntimeExport("RhGetGCDescSize")]
    public static int GcDescriptorSize(MethodTable* type) => MethodTable.GcDescriptorSize(type);

    // ilc gives every method one contiguous body and calls it directly, so code is its own target.
    [RuntimeExport("RhGetCodeTarget")]
    public static void* CodeTarget(void* code) => code;

    [RuntimeExport("RhGetTargetOfUnboxingAndInstantiatingStub")]
    public static void* StubTarget(void* code) => null;

    [RuntimeExport("RhGetCrashInfoBuffer")]
    public static byte* CrashInfoBuffer(int* size)
    {
        *size = 0;
        return null;
    }

    [RuntimeExport("RhCreateCrashDumpIfEnabled")]
    public static void CreateCrashDump(void* record)
    {
    }

    [RuntimeExport("RhpSetThreadDoNotTriggerGC")]
    public static void DoNotCollect()
    {
    }

    [RuntimeExport("RhpGetThreadAbortException")]
    public static void* ThreadAbortException() => null;

    [RuntimeExport("RhYield")]
    public static int Yield() => 0;

    [RuntimeExport("RhSpinWait")]
    public static void SpinWait(int iterations)
    {
    }

    [RuntimeExport("RhpGcSafeZeroMemory")]
    public static void* ZeroMemory(void* start, nuint bytes) => Block.Fill(start, 0, bytes);
}

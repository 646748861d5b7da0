using System.Runtime;

namespace Mote.Runtime;

/// <summary>The mutex and condition that the class library builds its locks on. Only contention reaches them, and the
/// kernel is neither preempted nor runs on a second CPU: a wait would never end.</summary>
// SAFETY: hands out memory that only the class library knows, and looks at none.
internal static unsafe class Monitors
{
    [RuntimeExport("SystemNative_LowLevelMonitor_Create")]
    public static void* Create() => NativeArena.Allocate(16);

    [RuntimeExport("SystemNative_LowLevelMonitor_Destroy")]
    public static void Destroy(void* monitor)
    {
    }

    [RuntimeExport("SystemNative_LowLevelMonitor_Acquire")]
    public static void Acquire(void* monitor)
    {
    }

    [RuntimeExport("SystemNative_LowLevelMonitor_Release")]
    public static void Release(void* monitor)
    {
    }

    [RuntimeExport("SystemNative_LowLevelMonitor_Signal_Release")]
    public static void SignalRelease(void* monitor)
    {
    }

    [RuntimeExport("SystemNative_LowLevelMonitor_Wait")]
    public static void Wait(void* monitor) => Panic.Fail("a wait for a lock of the class library"u8);

    [RuntimeExport("SystemNative_LowLevelMonitor_TimedWait")]
    public static int TimedWait(void* monitor, int milliseconds)
    {
        Panic.Fail("a wait for a lock of the class library"u8);
        return 0;
    }
}

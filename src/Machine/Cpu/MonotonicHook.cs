using System.Runtime;

namespace Mote.Machine;

/// <summary>The class library's time stamps.</summary>
internal static class MonotonicHook
{
    [RuntimeExport("MachineMonotonicNs")]
    internal static long Now() => (long)Clock.Now.Nanoseconds;
}

using System.Runtime;

namespace Mote.Machine;

/// <summary>The managed start of every new context.</summary>
internal static class ContextStart
{
    [RuntimeExport("MachineContextStart")]
    internal static void Run() => CpuContext.Current.RunBody();
}

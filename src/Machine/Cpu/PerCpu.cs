using System.Diagnostics.CodeAnalysis;

namespace Mote.Machine;

/// <summary>Managed per-CPU state. One CPU runs today; more CPUs make these fields slots of an array indexed by CPU.</summary>
[SuppressMessage("Usage", "CA2211", Justification = "Per-CPU state of the machine layer.")]
internal static class PerCpu
{
    internal static AddressSpace? CurrentSpace;
    internal static CpuContext? CurrentContext;

    /// <summary>The context whose segment bases and extended state are in the CPU: the last one that ran a program. Kernel threads leave them alone.</summary>
    internal static CpuContext? LiveContext;
}

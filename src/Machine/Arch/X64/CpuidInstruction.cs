namespace Mote.Machine;

/// <summary>CPUID as this CPU says it.</summary>
internal sealed class CpuidInstruction : CpuLeaves
{
    internal static CpuidInstruction Instance { get; } = new();

    public override CpuIdentification Read(uint leaf, uint subleaf = 0) => CpuIdentification.Read(leaf, subleaf);
}

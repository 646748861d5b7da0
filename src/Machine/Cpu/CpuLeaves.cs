namespace Mote.Machine;

/// <summary>Where CPUID is read from: the CPU, or what a test has it say. Under a hypervisor each reading is an exit.</summary>
public abstract class CpuLeaves
{
    public abstract CpuIdentification Read(uint leaf, uint subleaf = 0);
}

namespace Mote.Machine;

/// <summary>What CPUID answers for one leaf: the four registers (SDM volume 2, CPUID). On the hosted machine all are zero.</summary>
public readonly struct CpuIdentification
{
    public CpuIdentification(uint eax, uint ebx, uint ecx, uint edx)
    {
        Eax = eax;
        Ebx = ebx;
        Ecx = ecx;
        Edx = edx;
    }

    public uint Eax { get; }

    public uint Ebx { get; }

    public uint Ecx { get; }

    public uint Edx { get; }

    public static CpuIdentification Read(uint leaf, uint subleaf = 0)
    {
        if (MachineKind.IsHosted)
        {
            return default;
        }

        // SAFETY: four words receive the four registers.
        unsafe
        {
            uint* registers = stackalloc uint[4];
            Native.Cpuid(leaf, subleaf, registers);
            return new CpuIdentification(registers[0], registers[1], registers[2], registers[3]);
        }
    }
}

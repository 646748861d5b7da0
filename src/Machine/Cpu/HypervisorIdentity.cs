namespace Mote.Machine;

/// <summary>
/// Which hypervisor there is and where its leaves are (Linux, Documentation/virt/kvm/x86/cpuid.rst; Xen, public/arch-x86/cpuid.h; Hyper-V's
/// functional specification, chapter 2).
/// One that answers as Hyper-V, too, has its own leaves 0x100 above.
/// </summary>
public readonly struct HypervisorIdentity
{
    private const uint FirstLeaf = 0x4000_0000, SecondPlace = 0x4000_0100, LastLeaf = 0x4000_ffff;

    /// <summary>Hv#1, in the second leaf of whoever answers as Hyper-V.</summary>
    private const uint HyperVInterface = 0x3123_7648;

    private HypervisorIdentity(HypervisorKind kind, uint place, uint highest)
    {
        Kind = kind;
        Leaf = place;
        HighestLeaf = highest;
    }

    public HypervisorKind Kind { get; }

    /// <summary>The first of its leaves; zero without a hypervisor.</summary>
    public uint Leaf { get; }

    /// <summary>The last leaf that there is at the first place; zero where what is stated cannot be.</summary>
    public uint HighestLeaf { get; }

    /// <summary>Asks the hypervisor. The CPU must say that there is one (leaf 1, ECX bit 31).</summary>
    public static HypervisorIdentity Read(CpuLeaves leaves)
    {
        CpuIdentification first = leaves.Read(FirstLeaf);
        uint highest = first.Eax is >= FirstLeaf and <= LastLeaf ? first.Eax : 0;
        HypervisorKind kind = KindOf(first);
        if (kind == HypervisorKind.Other && highest > FirstLeaf && leaves.Read(FirstLeaf + 1).Eax == HyperVInterface)
        {
            kind = HypervisorKind.HyperV; // by another name, as KVM's "Linux KVM Hv"
        }

        if (kind != HypervisorKind.HyperV)
        {
            return new HypervisorIdentity(kind, FirstLeaf, highest);
        }

        HypervisorKind other = KindOf(leaves.Read(SecondPlace));
        return other is HypervisorKind.Kvm or HypervisorKind.Xen ? new HypervisorIdentity(other, SecondPlace, highest)
            : new HypervisorIdentity(kind, FirstLeaf, highest);
    }

    private static HypervisorKind KindOf(CpuIdentification leaf) => (leaf.Ebx, leaf.Ecx, leaf.Edx) switch
    {
        (0x5447_4354, 0x4354_4743, 0x4743_5447) => HypervisorKind.Tcg, // TCGTCGTCGTCG
        (0x4b4d_564b, 0x564b_4d56, 0x4d) => HypervisorKind.Kvm, // KVMKVMKVM
        (0x7263_694d, 0x666f_736f, 0x7648_2074) => HypervisorKind.HyperV, // Microsoft Hv
        (0x566e_6558, 0x6558_4d4d, 0x4d4d_566e) => HypervisorKind.Xen, // XenVMMXenVMM
        _ => HypervisorKind.Other,
    };
}

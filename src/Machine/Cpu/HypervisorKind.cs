namespace Mote.Machine;

/// <summary>Hypervisors that are told apart, by the name in CPUID leaf 0x40000000.</summary>
public enum HypervisorKind
{
    /// <summary>None, or one that is not known.</summary>
    Other,

    /// <summary>QEMU's emulator.</summary>
    Tcg,
    Kvm,

    /// <summary>Hyper-V, and nobody who only answers as it.</summary>
    HyperV,
    Xen,
}

namespace Mote.Cli.Vmm;

/// <summary>QEMU's machine type.</summary>
internal enum MachineModel
{
    /// <summary>virtio over MMIO and little else: starts soonest.</summary>
    Microvm,

    /// <summary>A PC with PCI Express.</summary>
    Q35,
}

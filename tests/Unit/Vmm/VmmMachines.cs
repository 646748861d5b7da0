using Mote.Machine;

namespace Mote.Tests.Unit.Vmm;

/// <summary>
/// Machines as VMMs make them, by their sources: Firecracker (src/vmm/src/arch/x86_64: layout.rs, mod.rs, configure_pvh), Cloud Hypervisor
/// (arch/src/x86_64: layout.rs, mod.rs, configure_pvh; ACPI of
/// vmm/src/acpi.rs) and Xen (docs/misc/pvh, libxl's domain builder, which puts all of it after the kernel).
/// </summary>
internal static class VmmMachines
{
    public const ulong Mebi = 1 << 20;

    /// <summary>Where the kernel lies in these machines.</summary>
    public static readonly MemoryRange Image = new(2 * Mebi, 5 * Mebi);

    public static readonly MemoryRange FirecrackerRoot = new((256 * Mebi) - 0x8_0000, 256 * Mebi);

    public static readonly MemoryRange CloudHypervisorRoot = new((512 * Mebi) - 0x10_0000, 512 * Mebi);

    public static readonly MemoryRange XenRoot = new(5 * Mebi, 6 * Mebi);

    /// <summary>
    /// 256 MiB, boot_args of its guide, a card, a vsock and rng: no ACPI pointer, though there are tables, without a sleep register.
    /// </summary>
    public static LoadedMachine Firecracker()
    {
        LoadedMachine machine = new();
        machine.PutAcpi(0xe_0000, 0, 0, []);
        return machine.Load(
            "console=ttyS0 reboot=k panic=1 pci=off mote.exec=/hello virtio_mmio.device=4K@0xc0001000:5 virtio_mmio.device=4K@0xc0002000:6 virtio_mmio.device=4K@0xc0003000:7",
            FirecrackerRoot,
            (0, 0x9_fc00, 1),
            (0x9_fc00, 0x4_0400, 2),
            (0xeec0_0000, 256 * Mebi, 2),
            (Mebi, 255 * Mebi, 1));
    }

    /// <summary>512 MiB, a sleep control register at 0x600, \_S5 of 5.</summary>
    public static LoadedMachine CloudHypervisor()
    {
        LoadedMachine machine = new() { RootPointer = 0xa_0000 };
        machine.PutAcpi(0xa_0000, 0x600, 0,
            [0x10, 0x20, 0x08, (byte)'_', (byte)'S', (byte)'5', (byte)'_', 0x12, 0x08, 0x04, 0x0a, 5, 0x0a, 5, 0, 0]);
        return machine.Load("console=hvc0 mote.exec=/hello", CloudHypervisorRoot, (0, 0xa_0000, 1), (Mebi, 511 * Mebi, 1),
            (0xe800_0000, 256 * Mebi, 2));
    }

    /// <summary>
    /// A PVH guest of 64 MiB: no low memory that is reserved, everything after the kernel, special pages at the end of the 32-bit range.
    /// </summary>
    public static LoadedMachine Xen() =>
        new LoadedMachine { StartInfo = 6 * Mebi, ModuleList = (6 * Mebi) + 0x48, Map = (6 * Mebi) + 0x100, CommandLine =
        (6 * Mebi) + 0x800 }.Load(
        "console=hvc0 mote.exec=/hello", XenRoot, (0, 64 * Mebi, 1), (0xfc00_0000, 0x3000, 3), (0xfeff_8000, 0x8000, 2));
}

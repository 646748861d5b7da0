namespace Mote.Machine;

/// <summary>A vector that belongs to one device, and the ways to route the device's signal to it.</summary>
public sealed class InterruptLine
{
    internal InterruptLine(int vector, InterruptHandler handler)
    {
        Vector = vector;
        Handler = handler;
    }

    internal int Vector { get; }

    internal InterruptHandler Handler { get; }

    /// <summary>Where a PCI device writes its message (SDM volume 3, 10.11): the local APIC of the boot CPU.</summary>
    public ulong MessageAddress => 0xfee0_0000;

    /// <summary>What a PCI device writes there.</summary>
    public uint MessageData => (uint)Vector;

    /// <summary>Routes an I/O APIC pin, edge-triggered and active high as QEMU's microvm wires virtio-mmio. False when there is no such pin.</summary>
    public bool TryRouteIoApic(int pin) => MachineKind.IsHosted || IoApic.TryRoute(pin, Vector);
}

namespace Mote.Machine;

/// <summary>A vector that belongs to one device, and the ways to route the device's signal to it.</summary>
public sealed class InterruptLine
{
    /// <summary>Interrupts between two looks at the time, a power of two.</summary>
    private const uint LookAfter = 1 << 16;

    /// <summary>
    /// In less than that, <see cref="LookAfter"/> interrupts are a flood: a hundred thousand a second leave a program some time, four
    /// hundred thousand none.
    /// </summary>
    private const ulong FloodNs = 160_000_000;

    private uint _count;
    private Instant _lastLook;

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

    /// <summary>
    /// Takes one. A device whose signal never stops would have the CPU for itself, for each return to the program ends at once.
    /// </summary>
    [AllocationFree]
    internal void Handle()
    {
        _count = unchecked(_count + 1);
        if ((_count & (LookAfter - 1)) == 0)
        {
            Instant now = Clock.Now;
            if (now.Since(_lastLook) < FloodNs)
            {
                Handler.OnFlood();
            }

            _lastLook = now;
        }

        Handler.Handle();
    }
}

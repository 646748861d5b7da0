namespace Mote.Machine;

/// <summary>A physical (guest-physical) address: what page tables, devices and the boot protocol speak.</summary>
public readonly record struct PhysAddr(ulong Value)
{
    public static PhysAddr operator +(PhysAddr address, ulong bytes) => new(address.Value + bytes);

    public override string ToString() => "phys 0x" + Value.ToString("x");
}

namespace Mote.Machine;

/// <summary>
/// One function of a PCI device through configuration mechanism 1 (PCI Local Bus 3.0, 3.2.2.3.2). Drivers read what they like; what they may
/// change is limited to enabling memory decoding, bus mastering and MSI-X, so that no window can be moved over RAM.
/// </summary>
public sealed class PciFunction
{
    private const ushort AddressPort = 0xcf8;
    private const ushort DataPort = 0xcfc;
    private const int CommandRegister = 0x04;
    private const uint MemoryAndMaster = 0x6;
    private const uint InterruptDisable = 0x400;

    private readonly uint _selector;

    private PciFunction(int bus, int device, int function) =>
        _selector = 0x8000_0000 | ((uint)bus << 16) | ((uint)device << 11) | ((uint)function << 8);

    public ushort VendorId => (ushort)(Read32(0) & 0xffff);

    public ushort DeviceId => (ushort)(Read32(0) >> 16);

    /// <summary>The function at an address of bus 0 to 255, device 0 to 31, function 0 to 7, or null when nothing answers.</summary>
    public static PciFunction? Probe(int bus, int device, int function)
    {
        if (MachineKind.IsHosted || (uint)bus > 255 || (uint)device > 31 || (uint)function > 7)
        {
            return null;
        }

        PciFunction candidate = new(bus, device, function);
        return candidate.VendorId == 0xffff ? null : candidate;
    }

    /// <summary>Reads a configuration register; the offset is a multiple of 4 below 256.</summary>
    public uint Read32(int offset)
    {
        Native.Out32(AddressPort, _selector | ((uint)offset & 0xfc));
        return Native.In32(DataPort);
    }

    /// <summary>Lets the device answer at its windows and use memory; pin interrupts off.</summary>
    public void Enable() => Write32(CommandRegister, (Read32(CommandRegister) & 0xffff) | MemoryAndMaster | InterruptDisable);

    /// <summary>Turns MSI-X on at the capability of the given offset (message control bit 15), function mask off.</summary>
    public bool TryEnableMsiX(int capability)
    {
        uint header = Read32(capability);
        if ((header & 0xff) != 0x11)
        {
            return false;
        }

        Write32(capability, (header & ~(1u << 30)) | (1u << 31));
        return true;
    }

    /// <summary>Physical address of a memory window (BAR 0 to 5); zero for an I/O window or none.</summary>
    public PhysAddr Bar(int index)
    {
        uint low = Read32(0x10 + (index * 4));
        if ((low & 1) != 0)
        {
            return default;
        }

        ulong high = (low & 6) == 4 && index < 5 ? Read32(0x14 + (index * 4)) : 0;
        return new PhysAddr((high << 32) | (low & ~0xfu));
    }

    private void Write32(int offset, uint value)
    {
        Native.Out32(AddressPort, _selector | ((uint)offset & 0xfc));
        Native.Out32(DataPort, value);
    }
}

namespace Mote.Machine;

/// <summary>
/// One function of a PCI device, through configuration mechanism 1 (PCI Local Bus 3.0, 3.2.2.3.2) or, where the chipset maps configuration
/// space into memory (PCI Express Base 3.0, 7.2.2), by one access instead of two. Drivers read what they like; what they may
/// change is limited to enabling memory decoding, bus mastering and MSI-X, so that no window can be moved over RAM.
/// </summary>
public sealed class PciFunction
{
    private const ushort AddressPort = 0xcf8;
    private const ushort DataPort = 0xcfc;
    private const int CommandRegister = 0x04;
    private const uint MemoryAndMaster = 0x6;
    private const uint InterruptDisable = 0x400;

    /// <summary>Intel's Q35 host bridge and the ICH9 that comes with it, as QEMU has them.</summary>
    private const uint Q35HostBridge = 0x29c0_8086, Ich9 = 0x2918_8086;

    /// <summary>Where the Q35 says its mapping is: PCIEXBAR (datasheet of the 3 series, 5.1.15); enabled by bit 0, a multiple of 64 MiB.</summary>
    private const int MappingRegister = 0x60;
    private const uint MappingEnabled = 1, MappingAddress = 0xfc00_0000;

    /// <summary>All functions of a bus, 4 KiB each.</summary>
    private const int BusBytes = 1 << 20;

    /// <summary>Configuration space of bus 0 in memory; null where there is no such mapping.</summary>
    private static MmioWindow? s_mapping;
    private static bool s_isMappingKnown;

    private readonly uint _selector;
    private readonly uint _id;

    private PciFunction(int bus, int device, int function)
    {
        _selector = 0x8000_0000 | ((uint)bus << 16) | ((uint)device << 11) | ((uint)function << 8);
        _id = Read32(0);
    }

    public ushort VendorId => (ushort)(_id & 0xffff);

    public ushort DeviceId => (ushort)(_id >> 16);

    /// <summary>Whether other functions of the device may be there. Those of the chipset's own devices are not asked for.</summary>
    public bool HasMoreFunctions => _id is not (Q35HostBridge or Ich9) && (Read32(0x0c) & (1 << 23)) != 0;

    /// <summary>Whether there is a bus: it has a bridge to the CPU as its first device. Finds out how it is best reached; call it first.</summary>
    public static bool TryFindBus()
    {
        if (Probe(0, 0, 0) is not PciFunction bridge)
        {
            return false;
        }

        if (!s_isMappingKnown && bridge._id == Q35HostBridge)
        {
            uint mapping = bridge.Read32(MappingRegister);
            if ((mapping & MappingEnabled) != 0 && bridge.Read32(MappingRegister + 4) == 0)
            {
                _ = MmioWindow.TryClaim(new PhysAddr(mapping & MappingAddress), BusBytes, out s_mapping);
            }
        }

        s_isMappingKnown = true;
        return true;
    }

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
        if (s_mapping != null && IsMapped)
        {
            return s_mapping.Read32(MappedOffset(offset));
        }

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

    private bool IsMapped => (_selector & 0xff_0000) == 0;

    private int MappedOffset(int offset) => (int)((_selector & 0xff00) << 4) | (offset & 0xfc);

    private void Write32(int offset, uint value)
    {
        if (s_mapping != null && IsMapped)
        {
            s_mapping.Write32(MappedOffset(offset), value);
            return;
        }

        Native.Out32(AddressPort, _selector | ((uint)offset & 0xfc));
        Native.Out32(DataPort, value);
    }
}

using System;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>What a virtio device on PCI says about itself in its capability list (VIRTIO 1.2, 4.1.4; PCI Local Bus 3.0, 6.7 and 6.8.2).</summary>
internal sealed class PciCapabilities
{
    private const byte VendorSpecific = 0x09;
    private const byte MsiX = 0x11;
    private const uint MsiXLastEntry = 0x7ff;
    private const uint MsiXEntryBytes = 16;
    private const int CommonType = 1;
    private const int NotifyType = 2;
    private const int InterruptType = 3;
    private const int DeviceType = 4;
    private const int MaxCapabilities = 48;
    private const int MaxBar = 5;

    internal PciWindow Common { get; private set; }

    internal PciWindow Notify { get; private set; }

    internal uint NotifyMultiplier { get; private set; }

    internal PciWindow Interrupt { get; private set; }

    internal PciWindow Device { get; private set; }

    internal PciWindow MsiXTable { get; private set; }

    /// <summary>Where the MSI-X capability is in configuration space.</summary>
    internal int MsiXOffset { get; private set; }

    /// <summary>All that driving the device takes is there.</summary>
    internal bool IsComplete => Common.IsPresent && Notify.IsPresent && MsiXTable.IsPresent;

    /// <summary>Reads the list through <paramref name="read"/> (an aligned offset below 256). Of each kind the first usable one counts, as the specification asks.</summary>
    internal static PciCapabilities Read(Func<int, uint> read)
    {
        PciCapabilities found = new();
        const uint HasList = 1 << 20;
        if ((read(0x04) & HasList) == 0)
        {
            return found;
        }

        int at = (int)(read(0x34) & 0xfc);

        // The device wrote the list: it may be a circle.
        for (int i = 0; i < MaxCapabilities && at is >= 0x40 and <= 0xf0; i++)
        {
            uint header = read(at);
            if ((byte)(header & 0xff) == VendorSpecific)
            {
                found.AddVirtio(read, at, header);
            }
            else if ((byte)(header & 0xff) == MsiX && !found.MsiXTable.IsPresent)
            {
                uint table = read(at + 4);
                found.MsiXOffset = at;
                uint entries = ((header >> 16) & MsiXLastEntry) + 1;
                found.MsiXTable = new PciWindow((int)(table & 7), table & ~7u, entries * MsiXEntryBytes);
            }

            at = (int)((header >> 8) & 0xfc);
        }

        return found;
    }

    private void AddVirtio(Func<int, uint> read, int at, uint header)
    {
        int type = (int)(header >> 24);
        int bar = (int)(read(at + 4) & 0xff);
        if (bar > MaxBar)
        {
            return; // reserved values are to be skipped
        }

        PciWindow window = new(bar, read(at + 8), read(at + 12));
        switch (type)
        {
            case CommonType when !Common.IsPresent:
                Common = window;
                break;
            case NotifyType when !Notify.IsPresent:
                Notify = window;
                NotifyMultiplier = read(at + 16);
                break;
            case InterruptType when !Interrupt.IsPresent:
                Interrupt = window;
                break;
            case DeviceType when !Device.IsPresent:
                Device = window;
                break;
            default:
                break;
        }
    }
}

using System;
using System.Collections.Generic;
using Mote.Kernel.Logging;
using Mote.Machine;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>Finds the machine's virtio devices: those that the kernel command line names (microvm), else those on PCI bus 0 (q35).</summary>
public static class VirtioScan
{
    private const ushort Vendor = 0x1af4;
    private const ushort FirstTransitional = 0x1000;
    private const ushort FirstModern = 0x1040;
    private const ushort LastModern = 0x107f;

    /// <summary>All devices that can be driven; others are logged.</summary>
    /// <param name="lastPciDevice">The highest number of a device on PCI bus 0; zero where there is none but the bridge.</param>
    public static List<VirtioTransport> FindAll(ReadOnlySpan<byte> commandLine, int lastPciDevice, KernelLog log)
    {
        List<VirtioTransport> found = [];
        if (!FindMmio(commandLine, log, found))
        {
            FindPci(lastPciDevice, log, found);
        }

        return found;
    }

    /// <summary>True when the command line names any.</summary>
    private static bool FindMmio(ReadOnlySpan<byte> commandLine, KernelLog log, List<VirtioTransport> found)
    {
        bool any = false;
        while (!commandLine.IsEmpty)
        {
            int end = commandLine.IndexOf((byte)' ');
            ReadOnlySpan<byte> word = end < 0 ? commandLine : commandLine[..end];
            commandLine = end < 0 ? default : commandLine[(end + 1)..];
            if (MmioDeviceWord.TryParse(word, out MmioDeviceWord device, out bool isMalformed))
            {
                any = true;
                AddMmio(device, log, found);
            }
            else if (isMalformed)
            {
                log.Write("virtio: a malformed virtio_mmio.device= on the command line");
            }
        }

        return any;
    }

    private static void AddMmio(MmioDeviceWord device, KernelLog log, List<VirtioTransport> found)
    {
        string name = "mmio 0x" + device.Base.ToString("x");
        if (device.SizeBytes < MmioTransport.WindowBytes || (device.Base & 3) != 0 ||
            !MmioWindow.TryClaim(new PhysAddr(device.Base), MmioTransport.WindowBytes, out MmioWindow? window))
        {
            log.Write("virtio: " + name + " is not a place for a device");
            return;
        }

        MmioTransport? transport = TryCreateMmio(new MmioRegisterBlock(window!), name, device.InterruptPin, log);
        if (transport != null)
        {
            found.Add(transport);
        }
    }

    /// <summary>Null when there is no device or one that cannot be driven.</summary>
    internal static MmioTransport? TryCreateMmio(RegisterBlock registers, string name, int interruptPin, KernelLog log)
    {
        if (registers.Read32(MmioTransport.Magic) != MmioTransport.ExpectedMagic)
        {
            log.Write("virtio: " + name + " does not answer as a virtio device");
            return null;
        }

        uint version = registers.Read32(MmioTransport.Version);
        if (version != MmioTransport.ModernVersion)
        {
            log.Write("virtio: " + name + " has the legacy interface (version " + version.ToString() + "); QEMU needs -global virtio-mmio.force-legacy=false");
            return null;
        }

        MmioTransport transport = new(registers, name, interruptPin);
        return transport.DeviceType == VirtioDeviceType.None ? null : transport;
    }

    private static void FindPci(int lastDevice, KernelLog log, List<VirtioTransport> found)
    {
        if (lastDevice == 0 || !PciFunction.TryFindBus())
        {
            return;
        }

        for (int device = 1; device <= lastDevice; device++)
        {
            PciFunction? function = PciFunction.Probe(0, device, 0);
            if (function == null)
            {
                continue;
            }

            AddPci(function, device, 0, log, found);
            bool hasMore = function.HasMoreFunctions;
            for (int number = 1; hasMore && number < 8; number++)
            {
                PciFunction? other = PciFunction.Probe(0, device, number);
                if (other != null)
                {
                    AddPci(other, device, number, log, found);
                }
            }
        }
    }

    private static void AddPci(PciFunction function, int device, int number, KernelLog log, List<VirtioTransport> found)
    {
        ushort id = function.DeviceId;
        if (function.VendorId != Vendor || id is < FirstTransitional or > LastModern)
        {
            return;
        }

        // A transitional device states its type as the subsystem (VIRTIO 1.2, 4.1.2.3); it has the modern interface too.
        uint type = id >= FirstModern ? (uint)(id - FirstModern) : function.Read32(0x2c) >> 16;
        string name = "pci 00:" + device.ToString("x2") + "." + number.ToString();
        PciCapabilities capabilities = PciCapabilities.Read(function.Read32);
        if (!capabilities.IsComplete)
        {
            log.Write("virtio: " + name + " lacks the modern interface or MSI-X");
            return;
        }

        function.Enable();
        MmioRegisterBlock? common = Claim(function, capabilities.Common, PciTransport.CommonBytes);
        MmioRegisterBlock? notify = Claim(function, capabilities.Notify, sizeof(ushort));
        MmioRegisterBlock? table = Claim(function, capabilities.MsiXTable, 16);
        if (common == null || notify == null || table == null)
        {
            log.Write("virtio: " + name + " has its registers where no device can be");
            return;
        }

        PciRegisters registers = new()
        {
            Common = common,
            Notify = notify,
            NotifyMultiplier = capabilities.NotifyMultiplier,
            Device = Claim(function, capabilities.Device, sizeof(uint)),
            MsiXTable = table,
            EnableMsiX = () => function.TryEnableMsiX(capabilities.MsiXOffset),
        };
        found.Add(new PciTransport(registers, (VirtioDeviceType)type, name));
    }

    private static MmioRegisterBlock? Claim(PciFunction function, PciWindow part, int minimumBytes)
    {
        const uint MaxBytes = 64 * 1024;
        const ulong HighestWindow = 1UL << 52; // the device wrote the address: adding to it must not overflow
        if (part.Length < (uint)minimumBytes || part.Length > MaxBytes || part.Bar > 5 || (part.Offset & 3) != 0)
        {
            return null;
        }

        PhysAddr bar = function.Bar(part.Bar);
        return bar.Value is not 0 and < HighestWindow && MmioWindow.TryClaim(bar + part.Offset, (int)part.Length, out MmioWindow? window)
            ? new MmioRegisterBlock(window!)
            : null;
    }
}

using System;
using System.Collections.Generic;
using System.Text;
using Mote.Kernel.Drivers.Virtio;
using Mote.Kernel.Logging;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.Virtio;

public sealed class TransportTests
{
    private readonly KernelLog _log = new();
    private readonly RecordingSink _lines = new();

    public TransportTests()
    {
        HostedMachine.Start();
        _log.Attach(_lines);
    }

    [Theory]
    [InlineData("virtio_mmio.device=512@0xfeb00e00:12", 512, 0xfeb00e00, 12)]
    [InlineData("virtio_mmio.device=0x1K@0x1e000:7:3", 1024, 0x1e000, 7)]
    [InlineData("virtio_mmio.device=4k@4096:0", 4096, 4096, 0)]
    public void A_device_word_is_read_as_Linux_reads_it(string word, int size, long start, int pin)
    {
        Assert.True(MmioDeviceWord.TryParse(Encoding.ASCII.GetBytes(word), out MmioDeviceWord device, out bool isMalformed));
        Assert.False(isMalformed);
        Assert.Equal(new MmioDeviceWord((ulong)size, (ulong)start, pin), device);
    }

    [Theory]
    [InlineData("virtio_mmio.device=")]
    [InlineData("virtio_mmio.device=512")]
    [InlineData("virtio_mmio.device=512@0x:5")]
    [InlineData("virtio_mmio.device=512@1:2:3:4")]
    [InlineData("virtio_mmio.device=512@1:2x")]
    [InlineData("virtio_mmio.device=512@1:256")]
    [InlineData("virtio_mmio.device=99999999999999999999@1:2")]
    [InlineData("virtio_mmio.device=18446744073709551G@1:2")]
    public void A_malformed_device_word_is_refused(string word)
    {
        Assert.False(MmioDeviceWord.TryParse(Encoding.ASCII.GetBytes(word), out _, out bool isMalformed));
        Assert.True(isMalformed);
    }

    [Fact]
    public void A_legacy_mmio_device_is_named_in_the_log()
    {
        FakeRegisters registers = new();
        registers.Values[MmioTransport.Magic] = MmioTransport.ExpectedMagic;
        registers.Values[MmioTransport.Version] = 1;
        Assert.Null(VirtioScan.TryCreateMmio(registers, "mmio 0x1000", 5, _log));
        Assert.Contains(_lines.Lines, l => l.Contains("force-legacy=false", StringComparison.Ordinal));
    }

    [Fact]
    public void An_empty_mmio_slot_is_no_device()
    {
        FakeRegisters registers = new();
        registers.Values[MmioTransport.Magic] = MmioTransport.ExpectedMagic;
        registers.Values[MmioTransport.Version] = 2;
        Assert.Null(VirtioScan.TryCreateMmio(registers, "mmio 0x1000", 5, _log));
        Assert.Empty(_lines.Lines);
    }

    [Fact]
    public void An_mmio_queue_gets_its_addresses_before_it_is_ready()
    {
        FakeRegisters registers = new();
        registers.Values[MmioTransport.Magic] = MmioTransport.ExpectedMagic;
        registers.Values[MmioTransport.Version] = 2;
        registers.Values[MmioTransport.DeviceId] = 3;
        registers.Values[MmioTransport.QueueSizeMax] = 64;
        MmioTransport transport = VirtioScan.TryCreateMmio(registers, "mmio 0x1000", 5, _log)!;
        Assert.Equal(64, transport.MaxQueueSize(4));
        QueueAddresses addresses = new(new PhysAddr(0x1_2345_6000), new PhysAddr(0x2000), new PhysAddr(0x3000));
        Assert.True(transport.TrySetUpQueue(4, 16, addresses, own: null));
        Assert.Equal(4u, registers.Values[MmioTransport.QueueSelect]);
        Assert.Equal(16u, registers.Values[MmioTransport.QueueSize]);
        Assert.Equal(0x2345_6000u, registers.Values[MmioTransport.QueueDescriptors]);
        Assert.Equal(1u, registers.Values[MmioTransport.QueueDescriptors + 4]);
        Assert.Equal((MmioTransport.QueueReady, 1u), registers.Writes[^1]);
        Assert.False(transport.TrySetUpQueue(4, 16, addresses, own: null));
    }

    [Fact]
    public void An_mmio_interrupt_takes_one_access()
    {
        FakeRegisters registers = new();
        registers.Values[MmioTransport.Magic] = MmioTransport.ExpectedMagic;
        registers.Values[MmioTransport.Version] = 2;
        registers.Values[MmioTransport.DeviceId] = 1;
        MmioTransport transport = VirtioScan.TryCreateMmio(registers, "mmio 0x1000", 5, _log)!;
        Assert.False(transport.TryConnectConfiguration(new SilentHandler()));
        int reads = registers.Reads;
        transport.AcknowledgeInterrupt();
        Assert.Equal([(MmioTransport.InterruptAcknowledge, 3u)], registers.Writes);
        Assert.Equal(reads, registers.Reads);
    }

    /// <summary>A handler goes without a vector of its own where the table has no more.</summary>
    [Theory]
    [InlineData(1, 0, false, 0, 0)]
    [InlineData(2, 0, true, 0, 0)]
    [InlineData(3, 0, true, 2, 0)]
    [InlineData(4, 1, true, 2, 3)]
    public void A_pci_device_has_a_vector_for_each_handler_as_far_as_there_are_any(int vectors, int extra, bool hasConfiguration, uint first, uint second)
    {
        FakeRegisters common = new(), table = new() { Bytes = (vectors * 16) + extra };
        common.Values[PciTransport.QueueCount] = 4;
        common.Values[PciTransport.QueueSize] = 64;
        bool isEnabled = false;
        PciRegisters registers = new() { Common = common, Notify = new FakeRegisters(), NotifyMultiplier = 4, Device = null, MsiXTable = table, EnableMsiX = () => isEnabled = true };
        PciTransport transport = new(registers, VirtioDeviceType.Network, "pci");
        Assert.True(transport.TryConnectInterrupt(new SilentHandler()));
        Assert.True(isEnabled);
        Assert.Equal(hasConfiguration, transport.TryConnectConfiguration(new SilentHandler()));
        Assert.Equal(hasConfiguration ? 1u : 0, common.Values.GetValueOrDefault(PciTransport.ConfigVector));
        QueueAddresses addresses = new(new PhysAddr(0x1000), new PhysAddr(0x2000), new PhysAddr(0x3000));
        Assert.Equal(first, VectorOf(0, new SilentHandler()));
        Assert.Equal(second, VectorOf(1, new SilentHandler()));
        Assert.Equal(0u, VectorOf(2, null));
        Assert.All(Entries(), entry => Assert.Equal((0xfee0_0000u, 0u, 0u), (entry.Address, entry.High, entry.Control)));
        Assert.Equal(Entries().Count, new HashSet<uint>([.. Entries().ConvertAll(entry => entry.Data)]).Count);

        uint VectorOf(int queue, InterruptHandler? own)
        {
            Assert.Equal(64, transport.MaxQueueSize(queue));
            common.Values[PciTransport.QueueEnable] = 0;
            Assert.True(transport.TrySetUpQueue(queue, 64, addresses, own));
            return common.Values[PciTransport.QueueVector];
        }

        List<(uint Address, uint High, uint Data, uint Control)> Entries()
        {
            List<(uint, uint, uint, uint)> entries = [];
            for (int at = 0; table.Values.ContainsKey(at); at += 16)
            {
                entries.Add((table.Values[at], table.Values[at + 4], table.Values[at + 8], table.Values[at + 12]));
            }

            return entries;
        }
    }

    [Fact]
    public void Pci_capabilities_are_found_and_the_first_of_a_kind_counts()
    {
        uint[] space = new uint[64];
        space[1] = 1 << 20;
        space[13] = 0x40;
        Capability(space, 0x40, 0x50, 1, 4, 0x0000, 0x1000);
        Capability(space, 0x50, 0x60, 1, 4, 0x9000, 0x1000);
        Capability(space, 0x60, 0x74, 2, 4, 0x3000, 0x1000);
        space[0x70 / 4] = 4;
        Capability(space, 0x74, 0x84, 7, 9, 0, 0x1000); // a reserved window is skipped
        space[0x84 / 4] = 0x11 | (0x84 << 8) | (2 << 16); // MSI-X of three entries, and the list ends in a circle
        space[0x88 / 4] = 1;
        PciCapabilities found = PciCapabilities.Read(offset => space[offset / 4]);
        Assert.True(found.IsComplete);
        Assert.Equal(new PciWindow(4, 0, 0x1000), found.Common);
        Assert.Equal(4u, found.NotifyMultiplier);
        Assert.Equal(new PciWindow(1, 0, 48), found.MsiXTable);
        Assert.Equal(0x84, found.MsiXOffset);
        Assert.False(found.Device.IsPresent);
    }

    [Fact]
    public void Pci_capabilities_of_all_ones_or_none_are_incomplete()
    {
        Assert.False(PciCapabilities.Read(_ => uint.MaxValue).IsComplete);
        Assert.False(PciCapabilities.Read(_ => 0).IsComplete);
    }

    private static void Capability(uint[] space, int at, int next, uint type, uint bar, uint offset, uint length)
    {
        space[at / 4] = 0x09 | ((uint)next << 8) | (16 << 16) | (type << 24);
        space[(at / 4) + 1] = bar;
        space[(at / 4) + 2] = offset;
        space[(at / 4) + 3] = length;
    }

    private sealed class SilentHandler : InterruptHandler
    {
        public override void Handle()
        {
        }
    }

    private sealed class FakeRegisters : RegisterBlock
    {
        public Dictionary<int, uint> Values { get; } = [];

        public List<(int Offset, uint Value)> Writes { get; } = [];

        public int Bytes { get; init; } = MmioTransport.WindowBytes;

        public int Reads { get; private set; }

        public override int Length => Bytes;

        public override byte Read8(int offset) => (byte)Read32(offset);

        public override ushort Read16(int offset) => (ushort)Read32(offset);

        public override uint Read32(int offset)
        {
            Reads++;
            return Values.GetValueOrDefault(offset);
        }

        public override void Write8(int offset, byte value) => Write32(offset, value);

        public override void Write16(int offset, ushort value) => Write32(offset, value);

        public override void Write32(int offset, uint value)
        {
            Values[offset] = value;
            Writes.Add((offset, value));
        }
    }
}

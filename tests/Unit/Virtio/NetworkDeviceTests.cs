using System;
using System.Collections.Generic;
using System.Linq;
using Mote.Kernel.Drivers.Virtio;
using Mote.Kernel.Logging;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Kernel.Tasks;
using Mote.Machine;
using Mote.Tests.Unit.Sockets;
using Xunit;

namespace Mote.Tests.Unit.Virtio;

public sealed class NetworkDeviceTests
{
    private const ulong All = Features.Version1 | Features.EventIndex | 0x1_9fff;
    private static readonly IpAddress s_own = IpAddress.FromV4(10, 0, 2, 15);

    private readonly DmaMemory _memory = new();
    private readonly KernelLog _log = new();
    private readonly PacketPool _pool;
    private readonly NetStack _stack;
    private readonly TimerQueue _timers = new();
    private readonly FakeTransport _transport;
    private readonly FakeWire _wire;

    public NetworkDeviceTests()
    {
        HostedMachine.Start();
        Assert.True(PacketPool.TryCreate(1024, 512, out PacketPool? pool));
        _pool = pool!;
        _stack = new NetStack(new NetStackOptions(), _pool, new FixedRandom());
        _transport = new FakeTransport(_memory, VirtioDeviceType.Network) { Offered = All & ~(1UL << 17), QueueSizeMax = 256 };
        _transport.Configuration[0] = 0x12005452; // 52:54:00:12:34:56
        _transport.Configuration[4] = 0x0001_5634; // and the link is up
        _transport.Configuration[8] = 1400u << 16;
        _wire = new FakeWire(_transport, _pool);
    }

    [Fact]
    public void It_says_what_the_device_is()
    {
        NetworkDevice device = Start();
        Assert.Equal(0x525400123456u, device.Card.Mac.Value);
        Assert.Equal(1400, device.Card.Mtu);
        Assert.True(device.Card.IsLinkUp);
        Assert.Equal(
            NetDeviceFeatures.SendChecksum | NetDeviceFeatures.ReceiveChecksum | NetDeviceFeatures.SegmentV4 | NetDeviceFeatures.SegmentV6 | NetDeviceFeatures.Merges,
            device.Card.Features);
        _transport.Configuration[4] = 0x0000_5634;
        _transport.Interrupt();
        Assert.False(device.Card.IsLinkUp);
        Assert.Equal(1, _transport.Acknowledgements);
    }

    [Fact]
    public void A_change_of_the_link_is_seen_within_a_second_while_packets_come()
    {
        NetworkDevice device = Start();
        Clock.Arm(Instant.Never);
        HostedClock.Advance(2_000_000_000);
        _wire.Put([.. Header(), .. Question()]);
        _transport.Interrupt(); // looks
        _transport.Configuration[4] = 0x0000_5634;
        _wire.Put([.. Header(), .. Question()]);
        _transport.Interrupt();
        Assert.True(device.Card.IsLinkUp);
        HostedClock.Advance(1_000_000_000);
        _wire.Put([.. Header(), .. Question()]);
        _transport.Interrupt();
        Assert.False(device.Card.IsLinkUp);
    }

    [Fact]
    public void Each_queue_and_the_configuration_have_a_vector_where_there_are_any()
    {
        _transport.HasVectors = true;
        NetworkDevice device = Start();
        int kicks = _transport.Kicks;
        _wire.Put([.. Header(), .. Question()]);
        _transport.InterruptOf(0);
        Assert.Single(_wire.TakeSent());
        Assert.Equal(kicks + 2, _transport.Kicks);
        _transport.InterruptOf(1);
        _transport.Configuration[4] = 0x0000_5634;
        _transport.InterruptOf(0);
        Assert.True(device.Card.IsLinkUp);
        _transport.InterruptOfConfiguration();
        Assert.False(device.Card.IsLinkUp);
        Assert.Equal(0, _transport.Acknowledgements);
    }

    [Fact]
    public void A_full_send_queue_goes_on_by_its_own_interrupt()
    {
        _transport.HasVectors = true;
        NetworkDevice device = Start();
        int sent = 0;
        for (bool isTaken = true; isTaken; sent++)
        {
            Assert.True(_pool.TryTakePacket(out PacketBuffer packet));
            Assert.True(packet.TryWrite(new byte[100]));
            isTaken = device.Card.TrySend(packet);
            if (!isTaken)
            {
                packet.Release();
            }
        }

        Assert.Equal(sent - 1, _wire.TakeSent().Count);
        _transport.InterruptOf(1);
        Assert.True(_pool.TryTakePacket(out PacketBuffer next));
        Assert.True(next.TryWrite(new byte[100]));
        Assert.True(device.Card.TrySend(next));
    }

    [Fact]
    public void Without_mergeable_buffers_it_takes_no_large_packets()
    {
        _transport.Offered &= ~(1UL << 15);
        NetworkDevice device = Start();
        Assert.Equal(0u, _transport.Accepted & ((1UL << 7) | (1UL << 8)));
        Assert.Equal(NetDeviceFeatures.None, device.Card.Features & NetDeviceFeatures.Merges);
    }

    [Theory]
    [InlineData(0u, 0u)] // no address
    [InlineData(0x12005401u, 0x5634u)] // a group's address
    public void A_device_without_an_address_is_not_driven(uint first, uint second)
    {
        _transport.Configuration[0] = first;
        _transport.Configuration[4] = second;
        Assert.Null(NetworkDevice.TryStart(_transport, _memory, _log, _stack, new StackTimer(_stack, _timers), _timers, "eth0"));
    }

    [Fact]
    public void A_question_is_answered_with_one_interrupt_and_one_kick()
    {
        Start();
        int kicks = _transport.Kicks;
        _wire.Put([.. Header(), .. Question()]);
        _transport.Interrupt();
        byte[] answer = Assert.Single(_wire.TakeSent());
        Assert.Equal(12 + 42, answer.Length);
        Assert.Equal([0, 2], answer[32..34]); // a reply
        Assert.Equal(kicks + 2, _transport.Kicks); // the page offered again, the answer
    }

    [Fact]
    public void Pages_are_neither_lost_nor_made_by_traffic()
    {
        Start();
        _wire.Put([.. Header(), .. Question()]);
        _transport.Interrupt();
        _wire.TakeSent();
        _wire.Put([.. Header(), .. Question()]);
        _transport.Interrupt();
        _wire.TakeSent();
        int pages = _pool.UsedPages;
        int packets = _pool.UsedPackets;
        for (int i = 0; i < 1000; i++)
        {
            _wire.Put([.. Header(), .. Question(), .. new byte[i % 1400]]);
            _transport.Interrupt();
            Assert.Single(_wire.TakeSent());
        }

        Assert.Equal(pages, _pool.UsedPages);
        Assert.Equal(packets, _pool.UsedPackets);
    }

    [Fact]
    public void A_packet_may_come_in_several_buffers()
    {
        NetworkDevice device = Start();
        ulong before = device.Card.Interface!.Statistics.ReceivedPackets;
        byte[] frame = [.. Question(), .. new byte[9000]];
        byte[] all = [.. Header(buffers: 3), .. frame];
        _wire.Put(all[..4096]);
        _wire.Put(all[4096..8192]);
        _wire.Put(all[8192..]);
        _transport.Interrupt();
        Assert.Equal(before + 1, device.Card.Interface!.Statistics.ReceivedPackets);
        Assert.Single(_wire.TakeSent());
        Assert.False(device.IsBroken);
    }

    [Fact]
    public void When_pages_run_out_those_of_packets_that_have_left_come_back()
    {
        NetworkDevice device = Start();
        for (int i = 0; i < 20; i++)
        {
            Assert.True(_pool.TryTakePacket(out PacketBuffer packet));
            Assert.True(packet.TryWrite(new byte[100]));
            Assert.True(device.Card.TrySend(packet));
        }

        device.Card.Flush();
        List<int> pages = [];
        while (_pool.TryTakePage(out int page))
        {
            pages.Add(page);
        }

        int used = _pool.UsedPages; // with 20 that are on their way
        Assert.Equal(20, _wire.TakeSent().Count);
        Assert.True(_pool.TryTakePage(out int returned));
        Assert.Equal(used - 19, _pool.UsedPages);
        pages.Add(returned);
        pages.ForEach(_pool.ReleasePage);
    }

    [Fact]
    public void A_full_queue_stops_the_stack_until_the_device_has_sent()
    {
        NetworkDevice device = Start();
        int sent = 0;
        PacketBuffer? refused = null;
        while (refused == null)
        {
            Assert.True(_pool.TryTakePacket(out PacketBuffer packet));
            Assert.True(packet.TryWrite(new byte[100]));
            if (device.Card.TrySend(packet))
            {
                sent++;
            }
            else
            {
                refused = packet;
            }
        }

        // Two parts each: the header, the bytes.
        Assert.Equal(128, sent);
        device.Card.Flush();
        Assert.Equal(128, _wire.TakeSent().Count);
        _transport.Interrupt();
        Assert.True(device.Card.TrySend(refused));
    }

    [Fact]
    public void A_flood_leaves_the_program_its_turn()
    {
        Start();
        for (int i = 0; i < 256; i++)
        {
            _wire.Put([.. Header(), .. new byte[60]]);
        }

        _transport.Interrupt();
        Assert.False(_timers.Earliest.IsNever);
    }

    public static TheoryData<byte[], uint> Lies => new()
    {
        { new byte[12], 5 }, // shorter than its header
        { Header(buffers: 0), 12 },
        { Header(buffers: 300), 12 },
        { Header(buffers: 2), 60 }, // the second never comes
        { Header(), 5000 }, // longer than the page
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public void A_device_that_lies_is_given_up(byte[] bytes, uint length)
    {
        NetworkDevice device = Start();
        FakeBuffer room = _wire.NextRoom();
        _wire.PutBytes(room, bytes);
        _wire.Receive.Complete(room.Id, length);
        _transport.Interrupt();
        Assert.True(device.IsBroken);
        Assert.Equal(0, _transport.Status);
        Assert.False(device.Card.IsLinkUp);
        Assert.True(_pool.TryTakePacket(out PacketBuffer packet));
        Assert.True(device.Card.TrySend(packet), "what is sent into nothing is lost");
    }

    [Fact]
    public void What_cannot_be_true_of_a_packet_loses_it_and_no_more()
    {
        NetworkDevice device = Start();
        ulong before = device.Card.Interface!.Statistics.ReceivedPackets;
        byte[] checksumOutside = Header();
        checksumOutside[0] = 1;
        checksumOutside[6] = 0xff;
        byte[] noSize = Header();
        noSize[1] = 1;
        byte[] unknown = Header();
        unknown[1] = 3;
        foreach (byte[] header in (byte[][])[checksumOutside, noSize, unknown])
        {
            _wire.Put([.. header, .. Question()]);
        }

        _wire.Put(Header());
        _transport.Interrupt();
        Assert.False(device.IsBroken);
        Assert.Equal(before, device.Card.Interface!.Statistics.ReceivedPackets);
    }

    [Fact]
    public void Packets_allocate_nothing()
    {
        Start();
        byte[] packet = [.. Header(), .. Question(), .. new byte[800]];
        long before = 0;
        for (int i = 0; i < 20; i++)
        {
            _wire.Put(packet);
            long mark = GC.GetAllocatedBytesForCurrentThread();
            _transport.Interrupt();
            before += i < 5 ? 0 : GC.GetAllocatedBytesForCurrentThread() - mark;
            _wire.TakeSent();
        }

        Assert.Equal(0, before);
    }

    [Fact]
    public void The_control_queue_says_what_is_to_be_received()
    {
        _transport.Offered = All | (1UL << 18);
        List<byte[]> commands = [];
        _transport.OnNotify = queue =>
        {
            if (queue == 2)
            {
                foreach (FakeBuffer head in _transport.Queues[2].TakeAvailable())
                {
                    commands.Add([.. _transport.Queues[2].PartsOf(head).Where(part => !part.IsWritable).SelectMany(part => _transport.Queues[2].ReadBytes(part.Address, part.Length))]);
                    _transport.Queues[2].Complete(head.Id, 1);
                }
            }
        };
        Start();
        Assert.Equal([[0, 1, 1], [0, 0, 0]], commands);
    }

    private NetworkDevice Start()
    {
        NetworkDevice? device = NetworkDevice.TryStart(_transport, _memory, _log, _stack, new StackTimer(_stack, _timers), _timers, "eth0");
        Assert.NotNull(device);
        Assert.True(_stack.TryAddAddress(device.Card.Interface!, new InterfaceAddress(s_own, 24)));
        _wire.TakeSent();
        return device;
    }

    private static byte[] Header(ushort buffers = 1) => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)(buffers & 0xff), (byte)(buffers >> 8)];

    /// <summary>An ARP request for the machine's address from 10.0.2.2 (RFC 826).</summary>
    private static byte[] Question() =>
    [
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x52, 0x55, 10, 0, 2, 2, 8, 6,
        0, 1, 8, 0, 6, 4, 0, 1, 0x52, 0x55, 10, 0, 2, 2, 10, 0, 2, 2, 0, 0, 0, 0, 0, 0, 10, 0, 2, 15,
    ];
}

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.NetStacks;

public sealed class UdpTests
{
    private readonly VirtualWire _wire = new();
    private readonly VirtualHost _a;
    private readonly VirtualHost _b;

    public UdpTests()
    {
        HostedMachine.Start();
        _a = new VirtualHost(_wire, 1);
        _b = new VirtualHost(_wire, 2, NetDeviceFeatures.SendChecksum);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_datagram_goes_there_and_an_answer_back(bool isV6)
    {
        AddressFamily family = isV6 ? AddressFamily.V6 : AddressFamily.V4;
        UdpEndpoint client = new(_a.Stack, family);
        RecordingObserver observer = new();
        UdpEndpoint server = new(_b.Stack, family) { Observer = observer };
        Assert.Equal(NetError.None, server.Bind(new EndpointAddress(isV6 ? IpAddress.AnyV6 : IpAddress.AnyV4, 53), _wire.Now));
        Assert.Equal(NetError.None, client.Connect(new EndpointAddress(isV6 ? _b.AddressV6 : _b.Address, 53), _wire.Now));
        Assert.Equal(NetError.None, client.Send(_a.Packet("question"u8), client.Remote, _wire.Now));
        Assert.True(_wire.RunUntil(() => server.Peek() != null));
        Assert.Equal(NetEvents.Readable, observer.TakeSeen());
        EndpointAddress from = DatagramEndpoint.SourceOf(server.Peek()!);
        Assert.Equal(new EndpointAddress(isV6 ? _a.AddressV6 : _a.Address, client.Local.Port), from);
        Assert.Equal("question", Text(server));
        Assert.Equal(NetError.None, server.Send(_b.Packet("answer"u8), from, _wire.Now));
        Assert.True(_wire.RunUntil(() => client.Peek() != null));
        Assert.Equal("answer", Text(client));
        client.Close(_wire.Now);
        server.Close(_wire.Now);
        Assert.Equal(0, _a.Pool.UsedPackets);
    }

    [Fact]
    public void Loopback_needs_no_wire()
    {
        UdpEndpoint server = new(_a.Stack, AddressFamily.V4);
        UdpEndpoint client = new(_a.Stack, AddressFamily.V4);
        Assert.Equal(NetError.None, server.Bind(new EndpointAddress(IpAddress.LoopbackV4, 7), _wire.Now));
        Assert.Equal(NetError.None, client.Send(_a.Packet("x"u8), server.Local, _wire.Now));
        Assert.Equal("x", Text(server));
        Assert.Equal(0, _wire.Frames);
    }

    [Fact]
    public void A_dual_stack_endpoint_hears_both_families()
    {
        UdpEndpoint server = new(_b.Stack, AddressFamily.V6);
        Assert.Equal(NetError.None, server.Bind(new EndpointAddress(IpAddress.AnyV6, 9), _wire.Now));
        UdpEndpoint client = new(_a.Stack, AddressFamily.V4);
        Assert.Equal(NetError.None, client.Send(_a.Packet("four"u8), new EndpointAddress(_b.Address, 9), _wire.Now));
        Assert.True(_wire.RunUntil(() => server.Peek() != null));
        Assert.Equal(_a.Address, DatagramEndpoint.SourceOf(server.Peek()!).Address);
    }

    [Fact]
    public void A_large_datagram_is_cut_and_put_together()
    {
        UdpEndpoint server = new(_b.Stack, AddressFamily.V4);
        Assert.Equal(NetError.None, server.Bind(new EndpointAddress(_b.Address, 9), _wire.Now));
        UdpEndpoint client = new(_a.Stack, AddressFamily.V4);
        byte[] data = [.. Enumerable.Range(0, 60_000).Select(i => unchecked((byte)(i * 7 / 3)))];
        _wire.Faults = new Faults(3) { Reordering = 0.3, ReorderDelay = 100_000 };
        Assert.Equal(NetError.None, client.Send(_a.Packet(data), new EndpointAddress(_b.Address, 9), _wire.Now));
        Assert.True(_wire.RunUntil(() => server.Peek() != null));
        Assert.Equal(data, SegmentOffload.Bytes(server.Peek()!));
        server.Close(_wire.Now);
        Assert.Equal(0, _b.Pool.UsedPackets);
    }

    /// <summary>RFC 7739: from the numbers towards one host nobody tells those towards another, nor how many went there.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fragments_to_different_hosts_are_numbered_apart(bool isV6)
    {
        VirtualHost other = new(_wire, 3);
        UdpEndpoint client = new(_a.Stack, isV6 ? AddressFamily.V6 : AddressFamily.V4);
        List<uint> toB = [];
        List<uint> toOther = [];
        List<uint>? seen = null;
        _wire.Tap = frame =>
        {
            if (!isV6 && frame[12] == 8 && frame[13] == 0 && frame[23] == IpProtocol.Udp && (frame[21] | ((frame[20] & 0x1f) << 8)) == 0)
            {
                seen?.Add(BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(18)));
            }
            else if (isV6 && frame[12] == 0x86 && frame[20] == IpProtocol.Fragment && (frame[56] << 8 | (frame[57] & 0xf8)) == 0)
            {
                seen?.Add(BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(58)));
            }
        };
        for (int i = 0; i < 6; i++)
        {
            VirtualHost host = i % 2 == 0 ? _b : other;
            seen = i % 2 == 0 ? toB : toOther;
            Assert.Equal(NetError.None, client.Send(_a.Packet(new byte[3000]), new EndpointAddress(isV6 ? host.AddressV6 : host.Address, 9), _wire.Now));
            _wire.Run(50 * VirtualWire.Millisecond);
        }

        Assert.Equal(3, toB.Distinct().Count());
        Assert.Equal(3, toOther.Distinct().Count());
        Assert.True(unchecked(toB[0] - toOther[0] + 16) > 32, $"{toB[0]:x} and {toOther[0]:x}");
    }

    [Fact]
    public void What_must_not_be_cut_is_refused()
    {
        UdpEndpoint client = new(_a.Stack, AddressFamily.V4) { MayFragment = false };
        Assert.Equal(NetError.None, client.Send(_a.Packet(new byte[1472]), new EndpointAddress(_b.Address, 9), _wire.Now));
        Assert.Equal(NetError.MessageTooLong, client.Send(_a.Packet(new byte[1473]), new EndpointAddress(_b.Address, 9), _wire.Now));
        client.MayFragment = true;
        Assert.Equal(NetError.None, client.Send(_a.Packet(new byte[1473]), new EndpointAddress(_b.Address, 9), _wire.Now));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_router_that_finds_datagrams_too_long_is_obeyed(bool isFragment)
    {
        UdpEndpoint client = new(_a.Stack, AddressFamily.V6);
        Assert.Equal(NetError.None, client.Connect(new EndpointAddress(_b.AddressV6, 9), _wire.Now));
        Assert.Equal(1500, client.PathMtu(_wire.Now));

        // About a port that nobody here has: forged.
        SendPacketTooBig(IpProtocol.Udp, unchecked((ushort)(client.Local.Port + 1)), isFragment, offset: 0, mtu: 1300);
        Assert.Equal((1500, NetError.None), (client.PathMtu(_wire.Now), client.TakeError()));

        // Another part than the first tells no port.
        SendPacketTooBig(IpProtocol.Udp, client.Local.Port, isFragment: true, offset: 1448, mtu: 1300);
        Assert.Equal((1500, NetError.None), (client.PathMtu(_wire.Now), client.TakeError()));

        SendPacketTooBig(IpProtocol.Udp, client.Local.Port, isFragment, offset: 0, mtu: 1300);
        Assert.Equal((1300, NetError.MessageTooLong), (client.PathMtu(_wire.Now), client.TakeError()));
        client.HearsOfPathMtu = false;
        SendPacketTooBig(IpProtocol.Udp, client.Local.Port, isFragment, offset: 0, mtu: 1200);
        Assert.Equal((1280, NetError.None), (client.PathMtu(_wire.Now), client.TakeError()));
        client.MayFragment = false;
        Assert.Equal(NetError.None, client.Send(_a.Packet(new byte[1280 - 48]), client.Remote, _wire.Now));
        Assert.Equal(NetError.MessageTooLong, client.Send(_a.Packet(new byte[1280 - 47]), client.Remote, _wire.Now));
    }

    [Fact]
    public void A_router_that_finds_a_ping_too_long_is_obeyed()
    {
        PingEndpoint ping = new(_a.Stack, AddressFamily.V6);
        Assert.Equal(NetError.None, ping.Bind(new EndpointAddress(IpAddress.AnyV6, 77), _wire.Now));
        Assert.Equal(NetError.None, ping.Connect(new EndpointAddress(_b.AddressV6, 0), _wire.Now));
        SendPacketTooBig(IpProtocol.IcmpV6, 78, isFragment: true, offset: 0, mtu: 1300);
        Assert.Equal((1500, NetError.None), (ping.PathMtu(_wire.Now), ping.TakeError()));
        SendPacketTooBig(IpProtocol.IcmpV6, 77, isFragment: true, offset: 0, mtu: 1300);
        Assert.Equal((1300, NetError.MessageTooLong), (ping.PathMtu(_wire.Now), ping.TakeError()));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(1000)]
    public void A_broadcast_reaches_all_who_listen(int length)
    {
        byte[] data = [.. Enumerable.Range(0, length).Select(i => (byte)i)];
        UdpEndpoint[] servers = [new(_b.Stack, AddressFamily.V4) { ReusesAddress = true }, new(_b.Stack, AddressFamily.V4) { ReusesAddress = true }];
        foreach (UdpEndpoint server in servers)
        {
            Assert.Equal(NetError.None, server.Bind(new EndpointAddress(IpAddress.AnyV4, 9), _wire.Now));
        }

        UdpEndpoint client = new(_a.Stack, AddressFamily.V4) { MayBroadcast = true };
        Assert.Equal(NetError.None, client.Send(_a.Packet(data), new EndpointAddress(IpAddress.FromV4(10, 0, 5, 255), 9), _wire.Now));
        foreach (UdpEndpoint server in servers)
        {
            Assert.True(_wire.RunUntil(() => server.Peek() != null));
            Assert.Equal(data, SegmentOffload.Bytes(server.Peek()!));
        }
    }

    [Fact]
    public void Nobody_at_the_port_is_told_to_who_is_connected()
    {
        UdpEndpoint client = new(_a.Stack, AddressFamily.V4);
        Assert.Equal(NetError.None, client.Connect(new EndpointAddress(_b.Address, 99), _wire.Now));
        Assert.Equal(NetError.None, client.Send(_a.Packet("?"u8), client.Remote, _wire.Now));
        Assert.True(_wire.RunUntil(() => (client.Readiness & NetEvents.Error) != 0));
        Assert.Equal(NetError.ConnectionRefused, client.Send(_a.Packet("?"u8), client.Remote, _wire.Now));
        Assert.Equal(NetError.None, client.TakeError());
    }

    [Fact]
    public void A_host_that_is_not_there_is_unreachable()
    {
        UdpEndpoint client = new(_a.Stack, AddressFamily.V4) { HearsOfPassingErrors = true };
        UdpEndpoint other = new(_a.Stack, AddressFamily.V4);
        Assert.Equal(NetError.None, client.Connect(new EndpointAddress(IpAddress.FromV4(10, 0, 5, 77), 99), _wire.Now));
        Assert.Equal(NetError.None, other.Connect(client.Remote, _wire.Now));
        Assert.Equal(NetError.None, other.Send(_a.Packet("?"u8), client.Remote, _wire.Now));
        Assert.Equal(NetError.None, client.Send(_a.Packet("?"u8), client.Remote, _wire.Now));
        Assert.True(_wire.RunUntil(() => (client.Readiness & NetEvents.Error) != 0, 10 * VirtualWire.Second));
        Assert.Equal(NetError.HostUnreachable, client.TakeError());
        Assert.Equal(NetError.None, other.TakeError()); // the host may come back: without IP_RECVERR nobody hears of it
        Assert.Equal(NetError.NetworkUnreachable, client.Send(_a.Packet("?"u8), new EndpointAddress(IpAddress.FromV4(192, 168, 0, 1), 1), _wire.Now));
        Assert.Equal(0, _a.Pool.UsedPackets);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(86)]
    [InlineData(87)]
    [InlineData(1472)]
    [InlineData(1500)]
    [InlineData(6000)]
    public void Ping_is_answered(int length)
    {
        PingEndpoint ping = new(_a.Stack, AddressFamily.V4);
        byte[] data = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];
        byte[] message = [8, 0, 0, 0, 0, 0, 0, 5, .. data];
        Assert.Equal(NetError.None, ping.Send(_a.Packet(message), new EndpointAddress(_b.Address, 0), _wire.Now));
        Assert.True(_wire.RunUntil(() => ping.Peek() != null));
        byte[] reply = SegmentOffload.Bytes(ping.Peek()!);
        Assert.Equal(0, reply[0]);
        Assert.Equal([0, 5, .. data], reply[6..]);
        Assert.Equal(NetError.None, ping.Send(_a.Packet(message), new EndpointAddress(IpAddress.LoopbackV4, 0), _wire.Now));
        ping.Take()!.Release();
        Assert.NotNull(ping.Peek());
    }

    [Fact]
    public void Ports_are_shared_only_by_agreement()
    {
        EndpointAddress any = new(IpAddress.AnyV4, 5000);
        UdpEndpoint first = new(_a.Stack, AddressFamily.V4) { ReusesPort = true };
        Assert.Equal(NetError.None, first.Bind(any, _wire.Now));
        Assert.Equal(NetError.AddressInUse, new UdpEndpoint(_a.Stack, AddressFamily.V4).Bind(any, _wire.Now));
        Assert.Equal(NetError.AddressInUse, new UdpEndpoint(_a.Stack, AddressFamily.V6).Bind(new EndpointAddress(IpAddress.AnyV6, 5000), _wire.Now));
        Assert.Equal(NetError.None, new UdpEndpoint(_a.Stack, AddressFamily.V6) { IsV6Only = true }.Bind(new EndpointAddress(IpAddress.AnyV6, 5000), _wire.Now));
        Assert.Equal(NetError.None, new UdpEndpoint(_a.Stack, AddressFamily.V4) { ReusesPort = true }.Bind(any, _wire.Now));
        Assert.Equal(NetError.AddressNotAvailable, new UdpEndpoint(_a.Stack, AddressFamily.V4).Bind(new EndpointAddress(_b.Address, 5), _wire.Now));
    }

    /// <summary>Says as a router that a packet of the first machine to the second was too long (RFC 4443, 3.2); <paramref name="port"/> is the port it came from, or a ping's identifier.</summary>
    private void SendPacketTooBig(byte protocol, ushort port, bool isFragment, int offset, uint mtu)
    {
        byte[] frame = new byte[EthernetView.HeaderBytes + (2 * Ipv6View.HeaderBytes) + IcmpView.HeaderBytes + (isFragment ? 16 : 8)];
        EthernetView.Write(frame, _a.Device.Mac, _b.Device.Mac, EtherType.IPv6);
        Span<byte> ip = frame.AsSpan(EthernetView.HeaderBytes);
        Span<byte> icmp = ip[Ipv6View.HeaderBytes..];
        Ipv6View.Write(ip, _b.AddressV6, _a.AddressV6, IpProtocol.IcmpV6, icmp.Length, 64, 0, 0);
        IcmpView.Write(icmp, IcmpType.V6PacketTooBig, 0, mtu);
        Span<byte> quoted = icmp[IcmpView.HeaderBytes..];
        Ipv6View.Write(quoted, _a.AddressV6, _b.AddressV6, isFragment ? IpProtocol.Fragment : protocol, 1460, 64, 0, 0);
        quoted = quoted[Ipv6View.HeaderBytes..];
        if (isFragment)
        {
            Ipv6Extensions.WriteFragment(quoted, protocol, offset, hasMore: true, 5);
            quoted = quoted[8..];
        }

        if (protocol == IpProtocol.Udp)
        {
            UdpView.Write(quoted, port, 9, 2000, 0);
        }
        else
        {
            IcmpView.Write(quoted, IcmpType.V6Echo, 0, (uint)port << 16);
        }

        ushort checksum = InternetChecksum.Finish(InternetChecksum.PseudoHeader(_b.AddressV6, _a.AddressV6, IpProtocol.IcmpV6, icmp.Length) + InternetChecksum.Add(0, icmp));
        BinaryPrimitives.WriteUInt16BigEndian(icmp[IcmpView.ChecksumOffset..], checksum);
        _wire.Inject(frame, _a);
        _wire.Run(0);
    }

    private static string Text(DatagramEndpoint endpoint)
    {
        PacketBuffer packet = endpoint.Take()!;
        string text = Encoding.UTF8.GetString(SegmentOffload.Bytes(packet));
        packet.Release();
        return text;
    }
}

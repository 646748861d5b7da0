using System;
using System.Buffers.Binary;
using System.Linq;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.NetStacks;

/// <summary>Raw endpoints, and UDP's several datagrams a call, between two machines.</summary>
public sealed class RawTests
{
    private readonly VirtualWire _wire = new();
    private readonly VirtualHost _a;
    private readonly VirtualHost _b;

    public RawTests()
    {
        HostedMachine.Start();
        _a = new VirtualHost(_wire, 1, NetDeviceFeatures.SendChecksum);
        _b = new VirtualHost(_wire, 2);
    }

    [Theory]
    [InlineData(false, 16)]
    [InlineData(true, 16)]
    [InlineData(false, 4000)]
    [InlineData(true, 4000)]
    public void An_echo_by_hand_comes_back(bool isV6, int length)
    {
        using Endpoints open = new(_wire);
        RawEndpoint raw = open.Add(new RawEndpoint(_a.Stack, isV6 ? AddressFamily.V6 : AddressFamily.V4, isV6 ? IpProtocol.IcmpV6 : IpProtocol.Icmp));
        raw.BlockedV6.Fill(uint.MaxValue); // all but echo replies: neighbour discovery comes too
        raw.BlockedV6[IcmpType.V6EchoReply / 32] &= ~(1u << (IcmpType.V6EchoReply % 32));
        byte[] message = new byte[length];
        new Random(length).NextBytes(message);
        IcmpView.Write(message, isV6 ? IcmpType.V6Echo : IcmpType.V4Echo, 0, 0x1234_0001);
        if (!isV6)
        {
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), InternetChecksum.Of(message));
        }

        Assert.Equal(NetError.None, raw.Send(_a.Packet(message), new EndpointAddress(isV6 ? _b.AddressV6 : _b.Address, 0), default, _wire.Now));
        Assert.True(_wire.RunUntil(() => raw.Peek() != null));
        byte[] answer = Take(raw);
        int header = isV6 ? 0 : Ipv4View.MinimumBytes;
        Assert.Equal(isV6 ? IcmpType.V6EchoReply : IcmpType.V4EchoReply, answer[header]);
        Assert.Equal(message.AsSpan(4), answer.AsSpan(header + 4));
        Assert.True(isV6 || InternetChecksum.IsValid(InternetChecksum.Add(0, answer.AsSpan(header))));
    }

    [Fact]
    public void A_filter_and_a_peer_keep_out_the_rest()
    {
        using Endpoints open = new(_wire);
        RawEndpoint filtered = open.Add(new RawEndpoint(_b.Stack, AddressFamily.V4, IpProtocol.Icmp));
        RawEndpoint elsewhere = open.Add(new RawEndpoint(_b.Stack, AddressFamily.V4, IpProtocol.Icmp));
        RawEndpoint all = open.Add(new RawEndpoint(_b.Stack, AddressFamily.V4, IpProtocol.Icmp));
        filtered.BlockedV4 = 1u << IcmpType.V4Echo;
        Assert.Equal(NetError.None, elsewhere.Connect(new EndpointAddress(IpAddress.FromV4(10, 0, 5, 50), 0), _wire.Now));
        PingEndpoint ping = open.Add(new PingEndpoint(_a.Stack, AddressFamily.V4));
        byte[] request = new byte[IcmpView.HeaderBytes];
        IcmpView.Write(request, IcmpType.V4Echo, 0, 1);
        Assert.Equal(NetError.None, ping.Send(_a.Packet(request), new EndpointAddress(_b.Address, 0), _wire.Now));
        Assert.True(_wire.RunUntil(() => ping.Peek() != null));
        Assert.Null(filtered.Peek());
        Assert.Null(elsewhere.Peek());
        Assert.Equal(Ipv4View.MinimumBytes + IcmpView.HeaderBytes, Take(all).Length);
        _ = Take(ping);
    }

    [Fact]
    public void A_protocol_that_only_a_raw_endpoint_speaks_is_no_error()
    {
        using Endpoints open = new(_wire);
        RawEndpoint from = open.Add(new RawEndpoint(_a.Stack, AddressFamily.V4, 253));
        RawEndpoint to = open.Add(new RawEndpoint(_b.Stack, AddressFamily.V4, 253));
        from.QueuesErrorsV4 = true;
        EndpointAddress peer = new(_b.Address, 0);
        Assert.Equal(NetError.None, from.Send(_a.Packet("one"u8), peer, default, _wire.Now));
        Assert.True(_wire.RunUntil(() => to.Peek() != null));
        Assert.Equal("one"u8.ToArray(), Take(to).Skip(Ipv4View.MinimumBytes));
        to.Close(_wire.Now);
        Assert.Equal(NetError.None, from.Send(_a.Packet("too late"u8), peer, default, _wire.Now));
        Assert.True(_wire.RunUntil(() => (from.Readiness & NetEvents.Error) != 0));
        PacketBuffer quoted = Assert.IsType<PacketBuffer>(from.TakeReport(out ErrorReport report));
        Assert.Equal((NetError.ProtocolUnreachable, (byte)3, (byte)2, _b.Address, 8), (report.Error, report.Type, report.Code, report.Offender, quoted.Length));
        quoted.Release();
    }

    [Fact]
    public void Segments_of_one_call_are_datagrams_and_may_be_merged()
    {
        using Endpoints open = new(_wire);
        UdpEndpoint client = open.Add(new UdpEndpoint(_a.Stack, AddressFamily.V4));
        UdpEndpoint server = open.Add(new UdpEndpoint(_a.Stack, AddressFamily.V4) { Merges = true });
        Assert.Equal(NetError.None, server.Bind(new EndpointAddress(IpAddress.LoopbackV4, 7), _wire.Now));
        byte[] data = [.. Enumerable.Range(0, 1100).Select(i => (byte)i)];
        Assert.Equal(NetError.None, client.Send(_a.Packet(data), server.Local, new DatagramOverrides { SegmentSize = 200 }, _wire.Now));
        Assert.Equal(200, UdpEndpoint.MergedSize(server.Peek()!));
        Assert.Equal(data, Take(server));
        server.Merges = false;
        Assert.Equal(NetError.None, client.Send(_a.Packet(data), server.Local, new DatagramOverrides { SegmentSize = 500 }, _wire.Now));
        Assert.Equal(data[..500], Take(server));
        Assert.Equal(data[500..1000], Take(server));
        Assert.Equal(data[1000..], Take(server));
        Assert.Equal(NetError.InvalidArgument, client.Send(_a.Packet(data), server.Local, new DatagramOverrides { SegmentSize = 1 }, _wire.Now));
        Assert.Null(server.Peek());
    }

    private byte[] Take(DatagramEndpoint endpoint)
    {
        PacketBuffer packet = Assert.IsType<PacketBuffer>(endpoint.Take());
        byte[] bytes = new byte[packet.Length];
        Assert.Equal(bytes.Length, packet.Read(0, bytes));
        packet.Release();
        return bytes;
    }

    /// <summary>Closes what a test has opened.</summary>
    private sealed class Endpoints(VirtualWire wire) : IDisposable
    {
        private readonly System.Collections.Generic.List<DatagramEndpoint> _open = [];

        public T Add<T>(T endpoint)
            where T : DatagramEndpoint
        {
            _open.Add(endpoint);
            return endpoint;
        }

        public void Dispose() => _open.ForEach(endpoint => endpoint.Close(wire.Now));
    }
}

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.NetStacks;

/// <summary>DHCPv4 (RFC 2131) and IPv6 without a server (RFC 4862).</summary>
public sealed class ConfigurationTests
{
    private static readonly IpAddress s_server = IpAddress.FromV4(10, 0, 2, 2);

    private readonly VirtualWire _wire = new();
    private readonly VirtualHost _host;
    private readonly VirtualHost _serverHost;
    private readonly UdpEndpoint _server;
    private readonly List<DhcpMessageType> _seen = [];
    private bool _isSilent;

    public ConfigurationTests()
    {
        HostedMachine.Start();
        _host = new VirtualHost(_wire, 1, address: IpAddress.AnyV4);
        _serverHost = new VirtualHost(_wire, 2, address: s_server);
        _server = new UdpEndpoint(_serverHost.Stack, AddressFamily.V4) { MayBroadcast = true };
        Assert.Equal(NetError.None, _server.Bind(new EndpointAddress(IpAddress.AnyV4, DhcpView.ServerPort), _wire.Now));
    }

    [Fact]
    public void A_lease_gives_address_router_names_and_MTU()
    {
        _host.Interface.Dhcp.HostName = "mote";
        _host.Interface.Dhcp.Start(_wire.Now);
        Assert.True(Serve(() => _host.Interface.Dhcp.State == DhcpState.Bound, VirtualWire.Second));
        DhcpLease lease = _host.Interface.Dhcp.Lease!;
        Assert.Equal(new InterfaceAddress(IpAddress.FromV4(10, 0, 2, 15), 24), lease.Address);
        Assert.Equal(s_server, lease.Router);
        Assert.Equal(IpAddress.FromV4(10, 0, 2, 3), Assert.Single(lease.DnsServers));
        Assert.Equal(("guest", "example.org", 1400), (lease.HostName, lease.DomainName, _host.Interface.Mtu));
        Assert.True(_host.Interface.HasAddress(lease.Address.Address));
        Assert.Equal(NetError.None, _host.Stack.FindPath(IpAddress.FromV4(8, 8, 8, 8), IpAddress.AnyV4, null, out NetPath path));
        Assert.Equal((s_server, lease.Address.Address), (path.NextHop, path.Source));
        Assert.Equal([DhcpMessageType.Discover, DhcpMessageType.Request], _seen);
    }

    [Fact]
    public void A_lease_is_renewed_then_bound_anew_then_lost()
    {
        _host.Interface.Dhcp.Start(_wire.Now);
        Assert.True(Serve(() => _host.Interface.Dhcp.State == DhcpState.Bound, VirtualWire.Second));
        _seen.Clear();
        Serve(() => _seen.Count == 1 && _host.Interface.Dhcp.State == DhcpState.Bound, 2000 * VirtualWire.Second);
        Assert.Equal([DhcpMessageType.Request], _seen);
        Assert.Equal(DhcpState.Bound, _host.Interface.Dhcp.State);
        _isSilent = true;
        Serve(() => _host.Interface.Dhcp.State == DhcpState.Renewing, 4000 * VirtualWire.Second);
        Assert.True(Serve(() => _host.Interface.Dhcp.State == DhcpState.Rebinding, 4000 * VirtualWire.Second));
        Assert.True(Serve(() => _host.Interface.Dhcp.State == DhcpState.Selecting, 4000 * VirtualWire.Second));
        Assert.Null(_host.Interface.Dhcp.Lease);
        Assert.False(_host.Interface.HasAddress(IpAddress.FromV4(10, 0, 2, 15)));
        _isSilent = false;
        Assert.True(Serve(() => _host.Interface.Dhcp.State == DhcpState.Bound, 200 * VirtualWire.Second));
        _host.Interface.Dhcp.Stop(_wire.Now);
        Serve(() => false, VirtualWire.Second);
        Assert.Equal(DhcpMessageType.Release, _seen[^1]);
        Assert.DoesNotContain(_host.Stack.Routes.Routes, route => route.PrefixLength == 0);
    }

    [Fact]
    public void Routers_give_addresses_that_end()
    {
        _host.Interface.RouterDiscovery.Start(_wire.Now);
        int solicitations = 0;
        _wire.Tap = frame => solicitations += frame[54] == IcmpType.RouterSolicitation ? 1 : 0;
        _wire.Run(20 * VirtualWire.Second);
        Assert.Equal(3, solicitations);
        Assert.Contains(_host.Interface.Addresses.ToArray(), address => address.Address.IsLinkLocal && !address.Address.IsV4);
        IpAddress router = new(0xfe80_0000_0000_0000, 0x99);
        _wire.Inject(Advertisement(router, lifetime: 1800), _host);
        _wire.Run(VirtualWire.Second);
        InterfaceAddress made = Assert.Single(_host.Interface.Addresses.ToArray(), address => address.Address.High == 0x2001_0db8_0000_0001);
        Assert.Equal(NetError.None, _host.Stack.FindPath(new IpAddress(0x2600_0000_0000_0000, 1), IpAddress.AnyV6, null, out NetPath path));
        Assert.Equal((router, made.Address), (path.NextHop, path.Source));
        Assert.Equal(1400, _host.Interface.Mtu);
        Assert.Equal(new IpAddress(0x2001_0db8_0000_0053, 0x53), Assert.Single(_host.Interface.RouterDiscovery.DnsServers));
        _wire.Run(1801 * VirtualWire.Second);
        Assert.NotEqual(NetError.None, _host.Stack.FindPath(new IpAddress(0x2600_0000_0000_0000, 1), IpAddress.AnyV6, null, out _));
        _wire.Run(1800 * VirtualWire.Second);
        Assert.False(_host.Interface.HasAddress(made.Address));
    }

    /// <summary>Lets time pass while the server answers.</summary>
    private bool Serve(Func<bool> holds, ulong timeout) => _wire.RunUntil(
        () =>
        {
            while (_server.Take() is { } packet)
            {
                byte[] request = SegmentOffload.Bytes(packet);
                packet.Release();
                Answer(request);
            }

            return holds();
        },
        timeout);

    private void Answer(byte[] request)
    {
        // A request is a reply but for its first byte.
        request[0] = 2;
        Assert.True(DhcpView.TryParse(request, out DhcpView view));
        DhcpMessageType type = view.Type;
        _seen.Add(type);
        if (_isSilent || type == DhcpMessageType.Release)
        {
            return;
        }

        byte[] reply = new byte[400];
        DhcpView.WriteFixed(reply, view.Transaction, 0, IpAddress.AnyV4, view.ClientMac);
        reply[0] = 2;
        IpAddress given = IpAddress.FromV4(10, 0, 2, 15);
        given.WriteV4(reply.AsSpan(16));
        Span<byte> rest = DhcpView.WriteOption(reply.AsSpan(DhcpView.FixedBytes), DhcpView.MessageTypeOption, [(byte)(type == DhcpMessageType.Discover ? DhcpMessageType.Offer : DhcpMessageType.Acknowledge)]);
        rest = DhcpView.WriteOption(rest, DhcpView.ServerOption, [10, 0, 2, 2]);
        rest = DhcpView.WriteOption(rest, DhcpView.LeaseTimeOption, [0, 0, 0x0e, 0x10]);
        rest = DhcpView.WriteOption(rest, DhcpView.SubnetMaskOption, [255, 255, 255, 0]);
        rest = DhcpView.WriteOption(rest, DhcpView.RouterOption, [10, 0, 2, 2]);
        rest = DhcpView.WriteOption(rest, DhcpView.DnsOption, [10, 0, 2, 3]);
        rest = DhcpView.WriteOption(rest, DhcpView.HostNameOption, "guest"u8);
        rest = DhcpView.WriteOption(rest, DhcpView.DomainNameOption, "example.org"u8);
        rest = DhcpView.WriteOption(rest, DhcpView.MtuOption, [5, 120]);
        rest[0] = 255;
        bool isToAddress = _host.Interface.HasAddress(given);
        NetError error = _server.Send(_serverHost.Packet(reply), new EndpointAddress(isToAddress ? given : IpAddress.BroadcastV4, DhcpView.ClientPort), _wire.Now);
        Assert.Equal(NetError.None, error);
    }

    private byte[] Advertisement(IpAddress router, ushort lifetime)
    {
        byte[] message = new byte[16 + 32 + 8 + 24];
        IcmpView.Write(message, IcmpType.RouterAdvertisement, 0, 0x4000_0000u | lifetime);
        Span<byte> prefix = message.AsSpan(16);
        prefix[0] = NdOption.PrefixInformation;
        prefix[1] = 4;
        prefix[2] = 64;
        prefix[3] = 0xc0;
        BinaryPrimitives.WriteUInt32BigEndian(prefix[4..], 3600);
        new IpAddress(0x2001_0db8_0000_0001, 0).WriteV6(prefix[16..]);
        Span<byte> mtu = message.AsSpan(48);
        mtu[0] = NdOption.MtuKind;
        mtu[1] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(mtu[4..], 1400);
        Span<byte> dns = message.AsSpan(56);
        dns[0] = NdOption.DnsServers;
        dns[1] = 3;
        new IpAddress(0x2001_0db8_0000_0053, 0x53).WriteV6(dns[8..]);
        ulong sum = InternetChecksum.PseudoHeader(router, IpAddress.AllNodes, IpProtocol.IcmpV6, message.Length);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), InternetChecksum.Finish(InternetChecksum.Add(sum, message)));
        byte[] frame = new byte[EthernetView.HeaderBytes + Ipv6View.HeaderBytes + message.Length];
        EthernetView.Write(frame, MacAddress.OfMulticast(IpAddress.AllNodes), new MacAddress(0x0200_0000_0099), EtherType.IPv6);
        Ipv6View.Write(frame.AsSpan(14), router, IpAddress.AllNodes, IpProtocol.IcmpV6, message.Length, 255, 0, 0);
        message.CopyTo(frame.AsSpan(54));
        return frame;
    }
}

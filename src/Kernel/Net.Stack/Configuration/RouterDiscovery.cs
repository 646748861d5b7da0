using System;
using System.Collections.Generic;
using Mote.Kernel.Net.Wire;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>
/// Stateless configuration of IPv6 on an interface (RFC 4861, 6.3; RFC 4862): a link-local address, then what routers advertise: addresses of their prefixes, default routes, MTU, hop
/// limit, name servers (RFC 8106). Addresses are used at once while others are asked whether they have them (RFC 4429); who answers gets to keep it.
/// </summary>
public sealed class RouterDiscovery : TimerNode
{
    private const int MaximumSolicitations = 3;
    private const int MaximumServers = 4;
    private const ulong Second = 1_000_000_000;
    private const ulong SolicitationInterval = 4 * Second;
    private const ulong Forever = uint.MaxValue;

    private readonly NetInterface _interface;
    private readonly List<IpAddress> _dnsServers = [];
    private int _solicitations;
    private bool _isStarted;

    internal RouterDiscovery(NetInterface of) => _interface = of;

    /// <summary>Name servers that routers have advertised.</summary>
    public IReadOnlyList<IpAddress> DnsServers => _dnsServers;

    /// <summary>Hears of changes.</summary>
    public ConfigurationObserver? Observer { get; set; }

    private NetStack Stack => _interface.Stack;

    /// <summary>Gives the interface its link-local address and looks for routers.</summary>
    public void Start(Instant now)
    {
        Stack.Enter(now);
        _isStarted = true;
        AddAddress(new InterfaceAddress(FromPrefix(new IpAddress(0xfe80_0000_0000_0000, 0)), 64));
        _solicitations = 0;
        Solicit();
        Stack.Drain();
    }

    [AllocationFree]
    public override void Expire(Instant now)
    {
        if (_solicitations is > 0 and < MaximumSolicitations)
        {
            Solicit();
        }

        DropExpired(now);
        ArmForExpiry();
    }

    /// <summary>A router has advertised itself; it is known by its link-local address.</summary>
    [AllocationFree]
    internal void Receive(IpAddress router, ReadOnlySpan<byte> message)
    {
        if (_isStarted && router.IsLinkLocal && !router.IsV4 && RouterAdvertisementView.TryParse(message, out RouterAdvertisementView advertisement))
        {
            _solicitations = MaximumSolicitations;
            Take(router, advertisement);
            ArmForExpiry();
        }
    }

    /// <summary>Somebody else has one of our addresses: it goes.</summary>
    [MayAllocate("an address is lost hardly ever")]
    internal void HandleConflict(IpAddress address)
    {
        if (_isStarted && Stack.RemoveAddress(_interface, address))
        {
            Observer?.OnConfigured(_interface);
        }
    }

    [MayAllocate("routers advertise themselves once in minutes")]
    private void Take(IpAddress router, RouterAdvertisementView advertisement)
    {
        if (advertisement.HopLimit != 0)
        {
            _interface.HopLimit = advertisement.HopLimit;
        }

        Stack.Routes.Remove(route => route.Interface == _interface && route.PrefixLength == 0 && route.Gateway == router);
        if (advertisement.RouterLifetime != 0)
        {
            Stack.Routes.Add(new Route(IpAddress.AnyV6, 0, router, _interface) { Origin = RouteOrigin.RouterAdvertisement, ValidUntil = After(advertisement.RouterLifetime) });
        }

        ReadOnlySpan<byte> rest = advertisement.Options;
        while (NdOption.TryTake(ref rest, out NdOption option))
        {
            switch (option.Kind)
            {
                case NdOption.PrefixInformation when PrefixInformation.TryParse(option.Value, out PrefixInformation prefix):
                    TakePrefix(prefix);
                    break;
                case NdOption.SourceLinkAddress when option.Value.Length >= MacAddress.Bytes && MacAddress.Read(option.Value) is { IsZero: false, IsMulticast: false } mac:
                    NeighborEntry neighbor = _interface.Neighbors.FindOrAdd(router);
                    neighbor.IsRouter = true;
                    _interface.Neighbors.Learn(neighbor, mac, isAnswer: false);
                    break;
                case NdOption.MtuKind when option.Value.Length == 6:
                    uint mtu = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(option.Value[2..]);
                    if (mtu >= 1280 && mtu <= (uint)_interface.Device.Mtu)
                    {
                        _interface.SetMtu((int)mtu);
                    }

                    break;
                case NdOption.DnsServers when option.Value.Length >= 22:
                    TakeServers(option.Value[6..]);
                    break;
            }
        }

        Stack.PathsChanged();
        Observer?.OnConfigured(_interface);
    }

    private void TakePrefix(PrefixInformation prefix)
    {
        if (prefix.Prefix.IsLinkLocal || prefix.Prefix.IsMulticast || prefix.Prefix.IsV4)
        {
            return;
        }

        if (prefix.IsAutonomous && prefix.Length == 64)
        {
            IpAddress address = FromPrefix(prefix.Prefix);
            if (prefix.ValidLifetime == 0)
            {
                // Not by one forged advertisement: what is valid for more than two hours stays so for two (RFC 4862, 5.5.3 e).
                return;
            }

            AddAddress(new InterfaceAddress(address, 64) { ValidUntil = After(prefix.ValidLifetime) });
        }
        else if (prefix.IsOnLink && prefix.ValidLifetime != 0)
        {
            Stack.Routes.Add(new Route(prefix.Prefix, prefix.Length, IpAddress.AnyV6, _interface) { ValidUntil = After(prefix.ValidLifetime) });
        }
    }

    private void TakeServers(ReadOnlySpan<byte> addresses)
    {
        for (; addresses.Length >= IpAddress.V6Bytes; addresses = addresses[IpAddress.V6Bytes..])
        {
            IpAddress server = IpAddress.ReadV6(addresses);
            if (!server.IsV4 && !_dnsServers.Contains(server) && _dnsServers.Count < MaximumServers)
            {
                _dnsServers.Add(server);
            }
        }
    }

    private void AddAddress(InterfaceAddress address)
    {
        bool isNew = !_interface.HasAddress(address.Address);
        if (Stack.TryAddAddress(_interface, address) && isNew)
        {
            Stack.Icmp.SendDuplicateProbe(_interface, address.Address);
        }
    }

    [MayAllocate("addresses expire once in hours")]
    private void DropExpired(Instant now)
    {
        bool isChanged = Stack.Routes.Remove(route => route.Interface == _interface && route.ValidUntil <= now);
        for (int i = _interface.Addresses.Length - 1; i >= 0; i--)
        {
            if (_interface.Addresses[i].ValidUntil <= now)
            {
                isChanged |= Stack.RemoveAddress(_interface, _interface.Addresses[i].Address);
            }
        }

        if (isChanged)
        {
            Stack.PathsChanged();
            Observer?.OnConfigured(_interface);
        }
    }

    private void Solicit()
    {
        _solicitations++;
        Stack.Icmp.SendRouterSolicitation(_interface);
        if (_solicitations < MaximumSolicitations)
        {
            Stack.Timers.Arm(this, Stack.Now.Plus(SolicitationInterval));
        }
    }

    /// <summary>Strikes again when the first of what was advertised is over, or for the next solicitation.</summary>
    private void ArmForExpiry()
    {
        Instant first = _solicitations is > 0 and < MaximumSolicitations ? Stack.Now.Plus(SolicitationInterval) : Instant.Never;
        foreach (InterfaceAddress address in _interface.Addresses)
        {
            first = address.ValidUntil < first ? address.ValidUntil : first;
        }

        for (int i = 0; i < Stack.Routes.Routes.Count; i++)
        {
            Route route = Stack.Routes.Routes[i];
            first = route.Interface == _interface && route.ValidUntil < first ? route.ValidUntil : first;
        }

        Stack.Timers.Arm(this, first);
    }

    private Instant After(uint seconds) => seconds == Forever ? Instant.Never : Stack.Now.Plus(seconds * Second);

    /// <summary>An address of a prefix that is the same each time in one network, and tells nothing of the card (RFC 7217).</summary>
    private IpAddress FromPrefix(IpAddress prefix) => new(prefix.High, Stack.SecretHash(prefix, 0, new IpAddress(_interface.Mac.Value, 0), 0, 4) & ~(1UL << 57) | 1);
}

using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.NetStacks;

/// <summary>
/// Several addresses of one subnet: the first brings the route, and takes the others along when it goes (net/ipv4/devinet.c).
/// </summary>
public sealed class AddressTests
{
    private static readonly InterfaceAddress s_first = new(IpAddress.FromV4(10, 3, 0, 1), 16);
    private static readonly InterfaceAddress s_second = new(IpAddress.FromV4(10, 3, 0, 2), 16);

    private readonly VirtualHost _host;

    public AddressTests()
    {
        HostedMachine.Start();
        _host = new VirtualHost(new VirtualWire(), 1);
        Assert.True(_host.Stack.TryAddAddress(_host.Interface, s_first));
        Assert.True(_host.Stack.TryAddAddress(_host.Interface, s_second));
    }

    [Fact]
    public void A_subnet_has_one_route_whose_source_is_the_first_address()
    {
        Route route = Assert.Single(_host.Stack.Routes.Routes, route => route.Destination == s_first.Prefix);
        Assert.Equal(s_first.Address, route.Source);
        Assert.Equal(s_first, _host.Interface.PrimaryOf(s_second));
        Assert.Equal(s_first.Address, Assert.Single(RouteView.OfAddress(_host.Interface, s_second)).Source);
    }

    [Fact]
    public void The_second_address_goes_alone()
    {
        Assert.True(_host.Stack.RemoveAddress(_host.Interface, s_second.Address));
        Assert.True(_host.Interface.HasAddress(s_first.Address));
        Assert.Contains(_host.Stack.Routes.Routes, route => route.Destination == s_first.Prefix);
    }

    [Fact]
    public void The_first_address_takes_the_second_along()
    {
        Assert.True(_host.Stack.RemoveAddress(_host.Interface, s_first.Address));
        Assert.False(_host.Interface.HasAddress(s_second.Address));
        Assert.DoesNotContain(_host.Stack.Routes.Routes, route => route.Destination == s_first.Prefix);
        Assert.Contains(_host.Interface.Addresses.ToArray(), own => own.Address == _host.Address);
    }
}

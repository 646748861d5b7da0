using System;
using System.Net;
using System.Text;
using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Machine;
using Mote.Tests.Unit.NetStacks;
using Xunit;

namespace Mote.Tests.Unit.Sockets;

public sealed class NetworkSettingsTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.2.15")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    [InlineData("2001:db8::8:800:200c:417a")]
    [InlineData("2001:db8:1:2:3:4:5:6")]
    [InlineData("1::4:0:0:1")]
    [InlineData("fd00::")]
    public void An_address_is_read_and_written_as_others_do(string text)
    {
        Assert.True(IpText.TryParse(Encoding.ASCII.GetBytes(text), out IpAddress address));
        byte[] bytes = IPAddress.Parse(text).GetAddressBytes();
        Assert.Equal(bytes.Length == 4 ? IpAddress.ReadV4(bytes) : IpAddress.ReadV6(bytes), address);
        Span<byte> written = stackalloc byte[IpText.LongestText];
        string expected = IPAddress.Parse(text).ToString();
        Assert.Equal(expected, Encoding.ASCII.GetString(written[..IpText.Write(address, written)]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.")]
    [InlineData("1..2.3")]
    [InlineData("a.b.c.d")]
    [InlineData(":")]
    [InlineData(":::")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1::2::3")]
    [InlineData("12345::")]
    [InlineData("fe80::1:")]
    [InlineData("::g")]
    public void What_is_no_address_is_refused(string text) => Assert.False(IpText.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void The_word_sets_the_card_up()
    {
        Assert.True(NetworkSettings.TryParse("ip=10.0.2.15/24,gw=10.0.2.2,dns=10.0.2.3,ip=fd00::2/64,dns=fd00::1"u8, out NetworkSettings settings));
        Assert.Equal([new InterfaceAddress(IpAddress.FromV4(10, 0, 2, 15), 24), new InterfaceAddress(new IpAddress(0xfd00_0000_0000_0000, 2), 64)], settings.Addresses);
        Assert.Equal([IpAddress.FromV4(10, 0, 2, 2)], settings.Gateways);
        Assert.Equal(2, settings.NameServers.Count);
        Assert.False(settings.UsesDhcp);
        Assert.True(NetworkSettings.TryParse("dhcp"u8, out settings));
        Assert.True(settings.UsesDhcp);
    }

    [Fact]
    public void An_address_that_the_card_is_given_is_announced()
    {
        HostedMachine.Start(128UL << 20);
        VirtualWire wire = new();
        VirtualHost host = new(wire, 1, address: IpAddress.AnyV4);
        Assert.True(NetworkSettings.TryParse("ip=10.0.5.7/24"u8, out NetworkSettings settings));
        ulong before = host.Interface.Statistics.SentPackets;
        Assert.True(settings.TryApply(host.Stack, host.Interface));
        Assert.Equal(before + 1, host.Interface.Statistics.SentPackets);
    }

    [Theory]
    [InlineData("ip=10.0.2.15")]
    [InlineData("ip=10.0.2.15/33")]
    [InlineData("ip=10.0.2.15/")]
    [InlineData("gw=nowhere")]
    [InlineData("color=red")]
    [InlineData(",")]
    public void A_word_that_means_nothing_is_told(string text) => Assert.False(NetworkSettings.TryParse(Encoding.ASCII.GetBytes(text), out _));
}

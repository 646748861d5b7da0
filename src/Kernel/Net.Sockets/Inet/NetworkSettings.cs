using System;
using System.Collections.Generic;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Net.Sockets;

/// <summary>How the card is to be set up: the word mote.net of the kernel's command line, parts <c>ip=</c>, <c>gw=</c>, <c>dns=</c>, <c>host=ADDRESS/NAME</c> and <c>dhcp</c> apart by commas.</summary>
public sealed class NetworkSettings
{
    private readonly List<InterfaceAddress> _addresses = [];
    private readonly List<IpAddress> _gateways = [];
    private readonly List<IpAddress> _nameServers = [];
    private readonly List<byte[]> _hosts = [];

    public IReadOnlyList<InterfaceAddress> Addresses => _addresses;

    public IReadOnlyList<IpAddress> Gateways => _gateways;

    public IReadOnlyList<IpAddress> NameServers => _nameServers;

    /// <summary>Lines for /etc/hosts: an address, a blank and a name.</summary>
    public IReadOnlyList<byte[]> Hosts => _hosts;

    /// <summary>The network is asked for an IPv4 address.</summary>
    public bool UsesDhcp { get; private set; }

    /// <summary>Reads the word. False when a part means nothing; the others hold.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out NetworkSettings settings)
    {
        settings = new NetworkSettings();
        bool isGood = true;
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)',');
            isGood &= settings.TryTake(end < 0 ? text : text[..end]);
            text = end < 0 ? default : text[(end + 1)..];
        }

        return isGood;
    }

    /// <summary>Gives an interface its addresses, and the stack the routes by its routers. False when something does not fit.</summary>
    public bool TryApply(NetStack stack, NetInterface card)
    {
        bool isGood = true;
        foreach (InterfaceAddress address in _addresses)
        {
            bool isAdded = stack.TryAddAddress(card, address);
            isGood &= isAdded;
            if (isAdded && address.Address.IsV4)
            {
                // Whoever asked before the machine was there waits for it; QEMU's user network asks again only after a second (RFC 5227, 2.3).
                stack.Announce(card, address.Address);
            }
        }

        foreach (IpAddress gateway in _gateways)
        {
            stack.Routes.Add(new Route(gateway.IsV4 ? IpAddress.AnyV4 : IpAddress.AnyV6, 0, gateway, card) { Origin = RouteOrigin.Boot });
        }

        return isGood;
    }

    private bool TryTake(ReadOnlySpan<byte> part)
    {
        if (part.SequenceEqual("dhcp"u8))
        {
            UsesDhcp = true;
            return true;
        }

        int equals = part.IndexOf((byte)'=');
        ReadOnlySpan<byte> key = part[..Math.Max(equals, 0)];
        ReadOnlySpan<byte> value = part[(equals + 1)..];
        if (key.SequenceEqual("ip"u8))
        {
            return TryTakeAddress(value);
        }

        if (key.SequenceEqual("host"u8))
        {
            return TryTakeHost(value);
        }

        if (!IpText.TryParse(value, out IpAddress address))
        {
            return false;
        }

        if (key.SequenceEqual("gw"u8))
        {
            _gateways.Add(address);
            return true;
        }

        if (key.SequenceEqual("dns"u8))
        {
            _nameServers.Add(address);
            return true;
        }

        return false;
    }

    private bool TryTakeHost(ReadOnlySpan<byte> text)
    {
        int slash = text.IndexOf((byte)'/');
        if (slash < 0 || slash == text.Length - 1 || !IpText.TryParse(text[..slash], out _) || text.ContainsAny((byte)' ', (byte)'\n'))
        {
            return false;
        }

        byte[] line = text.ToArray();
        line[slash] = (byte)' ';
        _hosts.Add(line);
        return true;
    }

    private bool TryTakeAddress(ReadOnlySpan<byte> text)
    {
        int slash = text.IndexOf((byte)'/');
        if (slash < 0 || !IpText.TryParse(text[..slash], out IpAddress address) || text.Length - slash is < 2 or > 4)
        {
            return false;
        }

        int length = 0;
        foreach (byte digit in text[(slash + 1)..])
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            length = (length * 10) + digit - '0';
        }

        if (length == 0 || length > (address.IsV4 ? 32 : 128))
        {
            return false;
        }

        _addresses.Add(new InterfaceAddress(address, length));
        return true;
    }
}

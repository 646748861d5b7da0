using System;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mote.Cli.Vmm;

/// <summary>A port of the host that leads to one of the machine: <c>[ADDR:]HOST:GUEST[/tcp|/udp]</c>. The address is loopback unless one is given.</summary>
internal sealed record PublishedPort(IPAddress Address, int Host, int Guest, bool IsUdp)
{
    public const string Expected = "[address:]port:port[/udp], such as 8080:80";

    public static bool TryParse(ReadOnlySpan<char> text, out PublishedPort? port)
    {
        port = null;
        bool isUdp = text.EndsWith("/udp", StringComparison.Ordinal);
        ReadOnlySpan<char> rest = isUdp || text.EndsWith("/tcp", StringComparison.Ordinal) ? text[..^4] : text;
        int colon = rest.LastIndexOf(':');
        if (colon < 0 || !TryPort(rest[(colon + 1)..], out int guest))
        {
            return false;
        }

        rest = rest[..colon];
        colon = rest.LastIndexOf(':');
        IPAddress address = IPAddress.Loopback;
        if (!TryPort(rest[(colon + 1)..], out int host))
        {
            return false;
        }

        // QEMU's user network listens on IPv4 only.
        if (colon >= 0 && (!IPAddress.TryParse(rest[..colon], out IPAddress? given) || given.AddressFamily != AddressFamily.InterNetwork || !rest[..colon].SequenceEqual(given.ToString().AsSpan())))
        {
            return false;
        }

        port = new PublishedPort(colon < 0 ? address : IPAddress.Parse(rest[..colon]), host, guest, isUdp);
        return true;
    }

    /// <summary>QEMU's hostfwd= rule.</summary>
    public string ToRule() => string.Create(CultureInfo.InvariantCulture, $"{(IsUdp ? "udp" : "tcp")}:{Address}:{Host}-:{Guest}");

    /// <summary>Whether somebody else has the host's port, and why it cannot be had.</summary>
    public bool TryTake(out string reason)
    {
        reason = "";
        try
        {
            using Socket socket = new(AddressFamily.InterNetwork, IsUdp ? SocketType.Dgram : SocketType.Stream, IsUdp ? ProtocolType.Udp : ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(Address, Host));
            return true;
        }
        catch (SocketException e)
        {
            reason = e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "it is taken",
                SocketError.AccessDenied => "that needs the right to use ports below 1024",
                SocketError.AddressNotAvailable => "that is no address of this computer",
                _ => e.Message,
            };
            return false;
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address}:{Host}{(IsUdp ? "/udp" : "")}");

    private static bool TryPort(ReadOnlySpan<char> text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= ushort.MaxValue;
}

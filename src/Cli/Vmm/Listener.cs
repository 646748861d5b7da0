using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mote.Cli.Vmm;

/// <summary>A port of the machine that a program listens at: a line <c>tcp ADDRESS PORT</c> of the kernel's.</summary>
internal sealed record Listener(bool IsUdp, IPAddress Address, int Port)
{
    /// <summary>Whether it is reached from outside of the machine.</summary>
    public bool IsOpen => !IPAddress.IsLoopback(Address);

    public static Listener? Parse(string line)
    {
        string[] words = line.Split(' ');
        return words is ["tcp" or "udp", string address, string port] && IPAddress.TryParse(address, out IPAddress? parsed)
            && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is > 0 and <= ushort.MaxValue
            ? new Listener(words[0] == "udp", parsed, number)
            : null;
    }

    /// <summary>
    /// Whether what a published port leads to comes to it. QEMU's user network speaks IPv4 to the machine, which a listener of all IPv6
    /// addresses takes, too.
    /// </summary>
    public bool Takes(PublishedPort port) =>
        IsUdp == port.IsUdp && Port == port.Guest && IsOpen
        && (Address.AddressFamily == AddressFamily.InterNetwork || Address.Equals(IPAddress.IPv6Any));

    public override string ToString() => $"{new IPEndPoint(Address, Port)}{(IsUdp ? "/udp" : "")}";
}

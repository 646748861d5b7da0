using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Net.Stack;

/// <summary>An ICMP error as it is to the endpoint whose packet it is about.</summary>
internal struct IcmpReport(NetError error, bool mayPass)
{
    /// <summary>What the program is told.</summary>
    public NetError Error = error;

    /// <summary>Whether the way may be mended, so that only those hear of it who asked for that.</summary>
    public bool MayPass = mayPass;

    public byte Type;
    public byte Code;

    /// <summary>The path's MTU, when that is what it is about; else zero.</summary>
    public int Mtu;

    /// <summary>ee_info of struct sock_extended_err: the MTU, or where in the header the fault lies.</summary>
    public uint Info;

    /// <summary>Who sent the error.</summary>
    public IpAddress Offender;

    /// <summary>The header that the error came with.</summary>
    public PacketHeader Header;

    /// <summary>Where the packet that is quoted was to go.</summary>
    public EndpointAddress Destination;

    /// <summary>Where in the quoted packet the program's data begins.</summary>
    public int PayloadOffset;
}

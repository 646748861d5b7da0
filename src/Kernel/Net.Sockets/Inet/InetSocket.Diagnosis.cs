using Mote.Abi.Linux;

namespace Mote.Kernel.Net.Sockets;

// What sock_diag(7) tells of every socket of IP.
internal abstract partial class InetSocket
{
    /// <summary>Which directions are shut.</summary>
    public abstract ShutdownDirection Ended { get; }

    /// <summary>The type of service, or the traffic class.</summary>
    public byte Marks => TypeOfService;

    /// <summary>IPV6_V6ONLY.</summary>
    public bool IsOnlyV6 => Endpoint.IsV6Only;
}

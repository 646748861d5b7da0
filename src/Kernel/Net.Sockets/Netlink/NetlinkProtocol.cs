namespace Mote.Kernel.Net.Sockets;

/// <summary>Protocols of AF_NETLINK that the kernel speaks (linux/netlink.h).</summary>
internal enum NetlinkProtocol
{
    Route = 0,
    SocketDiagnosis = 4,
    Generic = 16,
}

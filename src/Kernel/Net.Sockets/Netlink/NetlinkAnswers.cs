using Mote.Abi.Linux;

namespace Mote.Kernel.Net.Sockets;

/// <summary>What the kernel answers to the requests of one netlink protocol.</summary>
internal abstract class NetlinkAnswers
{
    /// <summary>
    /// Writes the answer to a request. An error is told with the request's header; a dump without one ends with its own message. EOPNOTSUPP: there is no such request.
    /// </summary>
    public abstract Errno Answer(in NetlinkRequest request, NetlinkWriter writer);
}

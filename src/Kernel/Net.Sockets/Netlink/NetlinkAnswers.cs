using Mote.Abi.Linux;

namespace Mote.Kernel.Net.Sockets;

/// <summary>What the kernel answers to the requests of one netlink protocol.</summary>
internal abstract class NetlinkAnswers
{
    /// <summary>
    /// Writes the answer to a request. An error is told with the request's header; a dump without one ends with its own message. EOPNOTSUPP: there is no such request.
    /// </summary>
    public abstract Errno Answer(in NetlinkRequest request, NetlinkWriter writer);

    /// <summary>Whether an error is found when a dump has begun: its last message tells it then.</summary>
    public abstract bool IsOfDump(in NetlinkRequest request, Errno error);
}

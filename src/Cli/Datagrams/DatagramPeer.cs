using System.Net;

namespace Mote.Cli.Datagrams;

/// <summary>A client of a published UDP port, as the machine sees it: a port of the relay's own address.</summary>
/// <param name="Port">Which of the published ports it has asked.</param>
/// <param name="Client">Where its datagrams come from.</param>
/// <param name="Number">The relay's port, from which the machine gets them and to which it answers.</param>
internal sealed record DatagramPeer(int Port, IPEndPoint Client, ushort Number)
{
    /// <summary>When it was last heard of, in milliseconds.</summary>
    public long LastHeard { get; set; }
}

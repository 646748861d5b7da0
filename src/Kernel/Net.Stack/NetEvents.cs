using System;

namespace Mote.Kernel.Net.Stack;

/// <summary>What an endpoint is ready for; the sockets layer turns it into poll(2)'s bits.</summary>
[Flags]
public enum NetEvents
{
    None = 0,

    /// <summary>Data, a datagram or a connection to accept is there; or the end of the stream, or an error.</summary>
    Readable = 1,

    /// <summary>There is room to send; or sending will fail at once.</summary>
    Writable = 2,

    /// <summary>An error is pending.</summary>
    Error = 4,

    /// <summary>Both directions are shut (POLLHUP).</summary>
    HungUp = 8,

    /// <summary>The peer sends no more (POLLRDHUP).</summary>
    ReadClosed = 16,

    /// <summary>Urgent data (POLLPRI).</summary>
    Urgent = 32,
}

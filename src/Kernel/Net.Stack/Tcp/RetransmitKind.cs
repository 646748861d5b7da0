namespace Mote.Kernel.Net.Stack;

/// <summary>For what the retransmission timer runs; only one at a time.</summary>
internal enum RetransmitKind : byte
{
    None,

    /// <summary>The retransmission timeout (RFC 6298).</summary>
    Timeout,

    /// <summary>The tail loss probe (RFC 8985, 7).</summary>
    Probe,

    /// <summary>RACK waits whether what looks lost is only late (RFC 8985, 6.3).</summary>
    Reorder,

    /// <summary>The peer's window is closed (RFC 9293, 3.8.6.1).</summary>
    Persist,
}

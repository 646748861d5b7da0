using System;

namespace Mote.Kernel.Net.Stack;

/// <summary>What has become of a range that was sent.</summary>
[Flags]
internal enum SentFlags : byte
{
    None = 0,

    /// <summary>The peer has it, out of order.</summary>
    Sacked = 1,

    /// <summary>It is believed lost and waits to be sent again.</summary>
    Lost = 2,

    /// <summary>It is on its way once more.</summary>
    Resent = 4,

    /// <summary>It was sent more than once: its acknowledgement says nothing of the round trip (Karn).</summary>
    EverResent = 8,
}

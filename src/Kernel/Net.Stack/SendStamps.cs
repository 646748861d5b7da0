using System;

namespace Mote.Kernel.Net.Stack;

/// <summary>Which times of a message are told once it is sent (SO_TIMESTAMPING).</summary>
[Flags]
public enum SendStamps : byte
{
    None = 0,

    /// <summary>When it went to the device.</summary>
    Sent = 1,

    /// <summary>When it went to the queue before the device; of which there is none, so that it is the same time.</summary>
    Scheduled = 2,

    /// <summary>Of a stream: when the peer has acknowledged it.</summary>
    Acknowledged = 4,

    /// <summary>The entry has no data.</summary>
    TimeOnly = 8,
}

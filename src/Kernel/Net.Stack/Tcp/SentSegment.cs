using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Net.Stack;

/// <summary>A range of sequence numbers that was sent at once and is not acknowledged.</summary>
internal struct SentSegment
{
    public SeqNo Start;
    public SeqNo End;

    /// <summary>When it was last sent, nanoseconds.</summary>
    public ulong SentAt;

    /// <summary>The neighbours in the connection's list, plus one.</summary>
    public int Next;
    public int Previous;
    public SentFlags Flags;

    public readonly int Length => End - Start;

    public readonly bool Has(SentFlags flag) => (Flags & flag) != 0;
}

using System.Runtime.CompilerServices;
using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Net.Stack;

/// <summary>A segment that came in, with its header taken apart.</summary>
internal struct TcpSegment
{
    public SeqNo Sequence;
    public SeqNo Acknowledgment;
    public TcpFlags Flags;
    public ushort Window;
    public ushort SourcePort;
    public ushort DestinationPort;

    /// <summary>Only with <see cref="TcpFlags.Urg"/>.</summary>
    public ushort UrgentPointer;

    /// <summary>Bytes of data.</summary>
    public int Length;

    /// <summary>Segments it was merged of, at least one.</summary>
    public int Segments;

    public TcpOptions Options;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Has(TcpFlags flag) => (Flags & flag) != 0;

    /// <summary>Sequence numbers it takes: data, SYN and FIN.</summary>
    public readonly int Span
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (Flags & (TcpFlags.Syn | TcpFlags.Fin)) == 0 ? Length : Length + (Has(TcpFlags.Syn) ? 1 : 0) + (Has(TcpFlags.Fin) ? 1 : 0);
    }

    public readonly SeqNo End => Sequence + Span;
}

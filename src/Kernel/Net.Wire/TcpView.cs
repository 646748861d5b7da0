using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Mote.Kernel.Net.Wire;

/// <summary>The header of a TCP segment, options included (RFC 9293, 3.1).</summary>
public readonly ref struct TcpView
{
    /// <summary>Bytes of a header without options.</summary>
    public const int MinimumBytes = 20;

    /// <summary>Bytes of the longest header.</summary>
    public const int MaximumBytes = 60;

    /// <summary>Where the checksum lies in the header.</summary>
    public const int ChecksumOffset = 16;

    private readonly ReadOnlySpan<byte> _bytes;

    /// <summary>What every header has: a slice of known length, so that the fields need no checks of their own.</summary>
    private readonly ReadOnlySpan<byte> _fixed;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TcpView(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        _fixed = bytes[..MinimumBytes];
    }

    public ushort SourcePort
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => BinaryPrimitives.ReadUInt16BigEndian(_fixed);
    }

    public ushort DestinationPort
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => BinaryPrimitives.ReadUInt16BigEndian(_fixed[2..]);
    }

    public SeqNo Sequence
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(BinaryPrimitives.ReadUInt32BigEndian(_fixed[4..]));
    }

    public SeqNo Acknowledgment
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(BinaryPrimitives.ReadUInt32BigEndian(_fixed[8..]));
    }

    public int HeaderBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => unchecked((_fixed[12] >> 4) * 4);
    }

    public TcpFlags Flags => (TcpFlags)_fixed[13];

    /// <summary>The window as it is on the wire, not scaled.</summary>
    public ushort Window
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => BinaryPrimitives.ReadUInt16BigEndian(_fixed[14..]);
    }

    /// <summary>Where urgent data ends, counted from the sequence number; it means something only with <see cref="TcpFlags.Urg"/>.</summary>
    public ushort UrgentPointer => BinaryPrimitives.ReadUInt16BigEndian(_bytes[18..]);

    public ReadOnlySpan<byte> Options => _bytes[MinimumBytes..];

    /// <summary><paramref name="bytes"/> is the segment's beginning with at least its header.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> bytes, out TcpView view)
    {
        view = default;
        if (bytes.Length < MinimumBytes || unchecked((bytes[12] >> 4) * 4) is int header && (header < MinimumBytes || header > bytes.Length))
        {
            return false;
        }

        view = new TcpView(bytes[..header]);
        return true;
    }

    /// <summary>Writes a header; the options, a multiple of four bytes, are in their place behind it already.</summary>
    public static void Write(
        Span<byte> bytes, ushort sourcePort, ushort destinationPort, SeqNo sequence, SeqNo acknowledgment, TcpFlags flags, ushort window, int optionBytes, ushort checksum)
    {
        bytes = bytes[..MinimumBytes];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], destinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], sequence.Value);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], acknowledgment.Value);
        bytes[12] = unchecked((byte)((MinimumBytes + optionBytes) / 4 << 4));
        bytes[13] = (byte)flags;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[14..], window);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[16..], checksum);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[18..], 0);
    }

    /// <summary>Makes a written header say that there is urgent data, before its checksum is made.</summary>
    public static void SetUrgent(Span<byte> bytes, ushort pointer)
    {
        bytes[13] |= (byte)TcpFlags.Urg;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[18..], pointer);
    }
}

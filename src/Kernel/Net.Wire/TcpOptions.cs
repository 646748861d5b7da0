using System;
using System.Buffers.Binary;

namespace Mote.Kernel.Net.Wire;

/// <summary>The options of a TCP segment that Mote knows (RFC 9293, 3.2; RFC 7323; RFC 2018); others are passed over. The default value is no options.</summary>
public struct TcpOptions
{
    public const int MaximumSackBlocks = 4;

    /// <summary>The largest shift that may be used (RFC 7323, 2.3).</summary>
    public const int MaximumWindowScale = 14;

    private const byte End = 0;
    private const byte NoOperation = 1;
    private const byte MaximumSegmentSize = 2;
    private const byte WindowScaleKind = 3;
    private const byte SackPermittedKind = 4;
    private const byte Sack = 5;
    private const byte Timestamps = 8;

    /// <summary>Zero when it is absent.</summary>
    public ushort SegmentSize;

    public bool HasWindowScale;
    public byte WindowScale;
    public bool IsSackPermitted;
    public bool HasTimestamps;
    public uint TimestampValue;
    public uint TimestampEcho;
    public int SackCount;
    public SackBlocks Sacks;

    /// <summary>Bytes that <see cref="Write"/> makes: a multiple of four.</summary>
    public readonly int Bytes =>
        (SegmentSize != 0 ? 4 : 0) + (HasWindowScale ? 4 : 0) + (HasTimestamps ? 12 : IsSackPermitted ? 4 : 0) + (SackCount > 0 ? 4 + (SackCount * 8) : 0);

    /// <summary>Reads options. An option whose length is wrong ends the reading: what came before it counts, as receivers commonly have it.</summary>
    public static void Parse(ReadOnlySpan<byte> bytes, out TcpOptions options)
    {
        options = default;

        // What nearly every segment has: two no-operations and timestamps (RFC 7323, appendix A).
        if (bytes.Length == 12 && BinaryPrimitives.ReadUInt32BigEndian(bytes) == 0x0101_080a)
        {
            options.HasTimestamps = true;
            options.TimestampValue = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
            options.TimestampEcho = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
            return;
        }

        while (!bytes.IsEmpty && bytes[0] != End)
        {
            if (bytes[0] == NoOperation)
            {
                bytes = bytes[1..];
                continue;
            }

            if (bytes.Length < 2 || bytes[1] < 2 || bytes[1] > bytes.Length)
            {
                return;
            }

            options.Take(bytes[0], bytes[2..bytes[1]]);
            bytes = bytes[bytes[1]..];
        }
    }

    /// <summary>Writes the options; returns their length, a multiple of four.</summary>
    public readonly int Write(Span<byte> bytes)
    {
        int at = 0;
        if (SegmentSize != 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, 0x0204_0000u | SegmentSize);
            at = 4;
        }

        if (HasTimestamps)
        {
            // SACK-permitted takes the place of the padding.
            BinaryPrimitives.WriteUInt32BigEndian(bytes[at..], IsSackPermitted ? 0x0402_080au : 0x0101_080au);
            BinaryPrimitives.WriteUInt32BigEndian(bytes[(at + 4)..], TimestampValue);
            BinaryPrimitives.WriteUInt32BigEndian(bytes[(at + 8)..], TimestampEcho);
            at += 12;
        }
        else if (IsSackPermitted)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes[at..], 0x0101_0402);
            at += 4;
        }

        if (HasWindowScale)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes[at..], 0x0103_0300u | WindowScale);
            at += 4;
        }

        if (SackCount > 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes[at..], 0x0101_0500u | (uint)(2 + (SackCount * 8)));
            at += 4;
            for (int i = 0; i < SackCount; i++)
            {
                BinaryPrimitives.WriteUInt32BigEndian(bytes[at..], Sacks[i].Start.Value);
                BinaryPrimitives.WriteUInt32BigEndian(bytes[(at + 4)..], Sacks[i].End.Value);
                at += 8;
            }
        }

        return at;
    }

    private void Take(byte kind, ReadOnlySpan<byte> value)
    {
        switch (kind)
        {
            case MaximumSegmentSize when value.Length == 2:
                SegmentSize = BinaryPrimitives.ReadUInt16BigEndian(value);
                break;
            case WindowScaleKind when value.Length == 1:
                HasWindowScale = true;
                WindowScale = Math.Min(value[0], (byte)MaximumWindowScale);
                break;
            case SackPermittedKind when value.IsEmpty:
                IsSackPermitted = true;
                break;
            case Timestamps when value.Length == 8:
                HasTimestamps = true;
                TimestampValue = BinaryPrimitives.ReadUInt32BigEndian(value);
                TimestampEcho = BinaryPrimitives.ReadUInt32BigEndian(value[4..]);
                break;
            case Sack when value.Length is > 0 and <= MaximumSackBlocks * 8 && value.Length % 8 == 0:
                SackCount = value.Length / 8;
                for (int i = 0; i < SackCount; i++)
                {
                    Sacks[i] = new SackBlock(
                        new SeqNo(BinaryPrimitives.ReadUInt32BigEndian(value[(i * 8)..])), new SeqNo(BinaryPrimitives.ReadUInt32BigEndian(value[((i * 8) + 4)..])));
                }

                break;
        }
    }
}

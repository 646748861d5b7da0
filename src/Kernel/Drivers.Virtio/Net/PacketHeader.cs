using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Mote.Kernel.Net.Stack;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>struct virtio_net_hdr (VIRTIO 1.2, 5.1.6), which stands before each packet: what the other side must do with it, or has done.</summary>
internal readonly struct PacketHeader
{
    public const int Bytes = 12;

    private const byte NeedsChecksum = 1;
    private const byte DataValid = 2;
    private const byte SegmentsNone = 0;
    private const byte SegmentsV4 = 1;
    private const byte SegmentsV6 = 4;
    private const byte CongestionNotification = 0x80;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private PacketHeader(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes[..Bytes];
        byte flags = bytes[0];
        byte kind = (byte)(bytes[1] & ~CongestionNotification);
        Checksum = (flags & NeedsChecksum) != 0 ? ChecksumState.Partial : (flags & DataValid) != 0 ? ChecksumState.Verified : ChecksumState.Complete;
        Gso = kind switch
        {
            SegmentsV4 => GsoKind.TcpV4,
            SegmentsV6 => GsoKind.TcpV6,
            _ => GsoKind.None,
        };
        IsKnown = kind is SegmentsNone or SegmentsV4 or SegmentsV6;
        GsoSize = BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]);
        ChecksumStart = BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]);
        ChecksumOffset = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        BufferCount = BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..]);
    }

    public ChecksumState Checksum { get; }

    public GsoKind Gso { get; }

    /// <summary>Of a kind that the driver has asked for.</summary>
    public bool IsKnown { get; }

    public int GsoSize { get; }

    public int ChecksumStart { get; }

    public int ChecksumOffset { get; }

    /// <summary>How many buffers the packet takes, when they are merged.</summary>
    public int BufferCount { get; }

    /// <summary>Reads a received header; anything may be in it.</summary>
    public static PacketHeader Read(ReadOnlySpan<byte> bytes) => new(bytes);

    /// <summary>The header of a packet that is sent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(Span<byte> bytes, PacketBuffer packet)
    {
        bytes = bytes[..Bytes];
        bytes.Clear();
        if (packet.Checksum == ChecksumState.Partial)
        {
            bytes[0] = NeedsChecksum;
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], (ushort)packet.ChecksumStart);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[8..], (ushort)packet.ChecksumOffset);
        }

        if (packet.Gso != GsoKind.None)
        {
            bytes[1] = packet.Gso == GsoKind.TcpV4 ? SegmentsV4 : SegmentsV6;
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], (ushort)packet.GsoHeaderLength);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], (ushort)packet.GsoSize);
        }
    }
}

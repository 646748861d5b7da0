using System;
using System.Buffers.Binary;

namespace Mote.Kernel.Observe;

/// <summary>
/// A message of the diagnostics port, in both directions: the connection's number (32 bits, little-endian), the kind (8), zero (8), the length of what follows (16).
/// The host numbers the connections.
/// </summary>
internal readonly record struct DiagnosticFrame(uint Connection, DiagnosticFrameKind Kind, int Length)
{
    public const int HeaderBytes = 8;

    public static DiagnosticFrame Read(ReadOnlySpan<byte> header) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(header), (DiagnosticFrameKind)header[4], BinaryPrimitives.ReadUInt16LittleEndian(header[6..]));

    public void Write(Span<byte> header)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(header, Connection);
        header[4] = (byte)Kind;
        header[5] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], (ushort)Length);
    }
}

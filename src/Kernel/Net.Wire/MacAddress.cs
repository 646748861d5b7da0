using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Mote.Kernel.Net.Wire;

/// <summary>An Ethernet address, in the low 48 bits; the first byte on the wire is the highest.</summary>
public readonly record struct MacAddress(ulong Value)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Bytes = 6;

    public static MacAddress Broadcast => new(0xffff_ffff_ffff);

    public bool IsBroadcast => Value == 0xffff_ffff_ffff;

    /// <summary>The group bit, which broadcast has too (IEEE 802.3, 3.2.3).</summary>
    public bool IsMulticast
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (Value >> 40 & 1) != 0;
    }

    public bool IsZero => Value == 0;

    /// <summary>Reads six bytes, which the caller has checked to be there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static MacAddress Read(ReadOnlySpan<byte> bytes) =>
        new((ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32 | BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt16BigEndian(bytes, unchecked((ushort)(Value >> 32)));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[2..], unchecked((uint)Value));
    }

    /// <summary>The group address that a multicast IP address is sent to (RFC 1112, 6.4; RFC 2464, 7).</summary>
    public static MacAddress OfMulticast(IpAddress group) => group.IsV4
        ? new MacAddress(0x0100_5e00_0000UL | (group.V4 & 0x7f_ffff))
        : new MacAddress(0x3333_0000_0000UL | (group.Low & 0xffff_ffff));
}

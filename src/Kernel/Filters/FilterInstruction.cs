using System;
using System.Buffers.Binary;

namespace Mote.Kernel.Filters;

/// <summary>One instruction of classic BPF: struct sock_filter of linux/filter.h.</summary>
/// <param name="Code">What it does: <see cref="FilterCode"/>.</param>
/// <param name="WhenTrue">How many instructions a jump passes over when its condition holds.</param>
/// <param name="WhenFalse">The same when it does not.</param>
/// <param name="Value">The constant, offset or distance.</param>
public readonly record struct FilterInstruction(FilterCode Code, byte WhenTrue, byte WhenFalse, uint Value)
{
    /// <summary>sizeof(struct sock_filter).</summary>
    public const int Bytes = 8;

    /// <summary>Reads one as it lies in a program's memory.</summary>
    public static FilterInstruction Read(ReadOnlySpan<byte> from) =>
        new((FilterCode)BinaryPrimitives.ReadUInt16LittleEndian(from), from[2], from[3],
            BinaryPrimitives.ReadUInt32LittleEndian(from[4..]));

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)Code);
        to[2] = WhenTrue;
        to[3] = WhenFalse;
        BinaryPrimitives.WriteUInt32LittleEndian(to[4..], Value);
    }
}

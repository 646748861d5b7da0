using System;
using System.Buffers.Binary;
using System.IO;
using System.Text;

namespace Mote.LineTable;

/// <summary>Reads numbers and texts of DWARF one after the other.</summary>
internal ref struct DwarfReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool AtEnd => _rest.IsEmpty;

    public byte U8() => Bytes(1)[0];

    public ushort U16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    public ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));

    public DwarfReader Take(int length) => new(Bytes(length));

    public ulong Unsigned()
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = U8();
            value |= (ulong)(part & 0x7f) << shift;
            if ((part & 0x80) == 0)
            {
                return value;
            }
        }
    }

    public long Signed()
    {
        long value = 0;
        for (int shift = 0; ;)
        {
            byte part = U8();
            value |= (long)(part & 0x7f) << shift;
            shift += 7;
            if ((part & 0x80) == 0)
            {
                return (part & 0x40) != 0 && shift < 64 ? value | (-1L << shift) : value;
            }
        }
    }

    /// <summary>A zero-terminated text.</summary>
    public string Text()
    {
        int end = _rest.IndexOf((byte)0);
        if (end < 0)
        {
            throw new InvalidDataException("an unterminated text in .debug_line");
        }

        return Encoding.UTF8.GetString(Bytes(end + 1)[..end]);
    }

    private ReadOnlySpan<byte> Bytes(int count)
    {
        if ((uint)count > (uint)_rest.Length)
        {
            throw new InvalidDataException(".debug_line is truncated");
        }

        ReadOnlySpan<byte> result = _rest[..count];
        _rest = _rest[count..];
        return result;
    }
}

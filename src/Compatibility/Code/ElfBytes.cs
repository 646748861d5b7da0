using System;
using System.Buffers.Binary;
using System.Text;

namespace Mote.Compatibility.Code;

/// <summary>Words and strings of an ELF file. An offset outside it is an <see cref="ArgumentOutOfRangeException"/>.</summary>
internal static class ElfBytes
{
    private const ushort X64 = 62;

    /// <summary>Whether it is an ELF64 file for x86-64, little endian.</summary>
    public static bool IsX64(ReadOnlySpan<byte> file) =>
        file.Length >= 64 && file[..4].SequenceEqual("\u007fELF"u8) && file[4] == 2 && file[5] == 1 && BinaryPrimitives.ReadUInt16LittleEndian(file[18..]) == X64;

    public static ushort Word16(byte[] file, ulong offset) => BinaryPrimitives.ReadUInt16LittleEndian(Slice(file, offset, 2));

    public static uint Word32(byte[] file, ulong offset) => BinaryPrimitives.ReadUInt32LittleEndian(Slice(file, offset, 4));

    public static ulong Word64(byte[] file, ulong offset) => BinaryPrimitives.ReadUInt64LittleEndian(Slice(file, offset, 8));

    public static ReadOnlySpan<byte> Slice(byte[] file, ulong offset, ulong length) =>
        offset <= (ulong)file.Length && length <= (ulong)file.Length - offset
            ? file.AsSpan((int)offset, (int)length)
            : throw new ArgumentOutOfRangeException(nameof(offset));

    public static string String(byte[] file, ulong offset)
    {
        ReadOnlySpan<byte> rest = Slice(file, offset, (ulong)file.Length - offset);
        int end = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
    }
}

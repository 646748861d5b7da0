using System;
using System.Buffers.Binary;

namespace Mote.Kernel.Fs.Erofs;

/// <summary>A block of a directory's data: entries of 12 bytes (inode, offset of the name, type), then the names. Entry 0's name offset tells how many there are.</summary>
internal readonly ref struct ErofsDirectoryBlock
{
    private readonly ReadOnlySpan<byte> _bytes;

    private ErofsDirectoryBlock(ReadOnlySpan<byte> bytes, int count)
    {
        _bytes = bytes;
        Count = count;
    }

    internal int Count { get; }

    /// <summary>False when the block is damaged.</summary>
    internal static bool TryOpen(ReadOnlySpan<byte> bytes, out ErofsDirectoryBlock block)
    {
        block = default;
        if (bytes.Length < ErofsFormat.DirectoryEntrySize)
        {
            return false;
        }

        int names = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        if (names < ErofsFormat.DirectoryEntrySize || names % ErofsFormat.DirectoryEntrySize != 0 || names > bytes.Length)
        {
            return false;
        }

        block = new ErofsDirectoryBlock(bytes, names / ErofsFormat.DirectoryEntrySize);
        return true;
    }

    internal ulong NidAt(int index) => BinaryPrimitives.ReadUInt64LittleEndian(_bytes[(index * ErofsFormat.DirectoryEntrySize)..]);

    internal byte TypeAt(int index) => _bytes[(index * ErofsFormat.DirectoryEntrySize) + 10];

    /// <summary>An entry's name; false when it is damaged.</summary>
    internal bool TryGetName(int index, out ReadOnlySpan<byte> name)
    {
        name = default;
        int start = NameOffset(index);
        bool isLast = index == Count - 1;
        int end = isLast ? _bytes.Length : NameOffset(index + 1);
        if (start < Count * ErofsFormat.DirectoryEntrySize || end <= start || end > _bytes.Length)
        {
            return false;
        }

        name = _bytes[start..end];

        // The last name of a full block is followed by zeros.
        int zero = name.IndexOf((byte)0);
        if (zero >= 0)
        {
            name = name[..zero];
            return isLast && zero is > 0 and <= ErofsFormat.MaxNameBytes;
        }

        return name.Length <= ErofsFormat.MaxNameBytes && name.IndexOf((byte)'/') < 0;
    }

    private int NameOffset(int index) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes[((index * ErofsFormat.DirectoryEntrySize) + 8)..]);
}

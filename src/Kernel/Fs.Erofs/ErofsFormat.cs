namespace Mote.Kernel.Fs.Erofs;

/// <summary>Numbers of the EROFS on-disk format (Linux: fs/erofs/erofs_fs.h, Documentation/filesystems/erofs.rst).</summary>
internal static class ErofsFormat
{
    internal const uint Magic = 0xE0F5E1E2;
    internal const int SuperblockOffset = 1024;
    internal const int SuperblockSize = 128;
    internal const int BlockBits = 12;
    internal const int BlockSize = 1 << BlockBits;
    internal const int InodeSlotBits = 5;
    internal const int CompactInodeSize = 32;
    internal const int ExtendedInodeSize = 64;
    internal const int DirectoryEntrySize = 12;
    internal const int MaxNameBytes = 255;

    /// <summary>sb_csum: the superblock's block carries a checksum.</summary>
    internal const uint CompatChecksum = 1;

    /// <summary>lz4_0padding: says how compressed data would be laid out, and does not matter without any.</summary>
    internal const uint IncompatZeroPadding = 1;

    internal const int LayoutPlain = 0;
    internal const int LayoutInline = 2;

    // Types of directory entries (the values of fs_types.h).
    internal const byte EntryRegular = 1;
    internal const byte EntryDirectory = 2;
    internal const byte EntryCharacter = 3;
    internal const byte EntryBlock = 4;
    internal const byte EntryFifo = 5;
    internal const byte EntrySocket = 6;
    internal const byte EntryLink = 7;
}

namespace Mote.Imaging.Erofs;

/// <summary>Numbers of the EROFS on-disk format (Linux: fs/erofs/erofs_fs.h, Documentation/filesystems/erofs.rst).</summary>
internal static class ErofsFormat
{
    public const uint Magic = 0xE0F5E1E2;
    public const int SuperblockOffset = 1024;
    public const int SuperblockSize = 128;
    public const int BlockBits = 12;
    public const int BlockSize = 1 << BlockBits;
    public const int InodeSlot = 32;
    public const int ExtendedInodeSize = 64;
    public const int DirectoryEntrySize = 12;
    public const uint FeatureCompatChecksum = 1;

    /// <summary>i_format: extended inode, data in whole blocks.</summary>
    public const ushort FormatExtendedPlain = 1;

    /// <summary>i_format: extended inode, the last part of the data behind the inode.</summary>
    public const ushort FormatExtendedInline = 1 | (2 << 1);

    public const ushort ModeDirectory = 0x4000;
    public const ushort ModeRegular = 0x8000;
    public const ushort ModeLink = 0xA000;

    public const byte EntryRegular = 1;
    public const byte EntryDirectory = 2;
    public const byte EntryLink = 7;
}

namespace Mote.Kernel.Vfs;

/// <summary>What statfs(2) tells of a file system, in blocks of <see cref="BlockSize"/> bytes.</summary>
public struct FileSystemStatistics
{
    public uint BlockSize;
    public ulong Blocks;
    public ulong FreeBlocks;
    public ulong Files;
    public ulong FreeFiles;
}

using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

/// <summary>What a new inode is to be. <paramref name="Mode"/> has the umask applied; <paramref name="Device"/> is for device files.</summary>
public readonly record struct NewInode(FileType Type, uint Mode, uint Uid, uint Gid, ulong Device = 0);

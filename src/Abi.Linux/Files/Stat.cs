using System.Runtime.InteropServices;

namespace Mote.Abi.Linux;

/// <summary>struct stat of x86-64 (asm/stat.h), 144 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Stat
{
    public ulong Device;
    public ulong Inode;
    public ulong Links;
    public uint Mode;
    public uint Uid;
    public uint Gid;
    private readonly uint _padding;
    public ulong SpecialDevice;
    public long Size;
    public long BlockSize;

    /// <summary>Units of 512 bytes.</summary>
    public long Blocks;
    public long AccessSeconds;
    public ulong AccessNanoseconds;
    public long ModifySeconds;
    public ulong ModifyNanoseconds;
    public long ChangeSeconds;
    public ulong ChangeNanoseconds;
    private readonly long _reserved1;
    private readonly long _reserved2;
    private readonly long _reserved3;
}

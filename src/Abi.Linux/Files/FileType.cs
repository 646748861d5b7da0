namespace Mote.Abi.Linux;

/// <summary>The type bits of st_mode (inode(7)); a value shifted right by 12 is the DT_ constant of getdents64(2).</summary>
public enum FileType : uint
{
    None = 0,
    Fifo = 0x1000,
    CharacterDevice = 0x2000,
    Directory = 0x4000,
    BlockDevice = 0x6000,
    Regular = 0x8000,
    SymbolicLink = 0xa000,
    Socket = 0xc000,
}

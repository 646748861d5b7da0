using System;
using System.Buffers.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Terminals;

/// <summary>The root of devpts.</summary>
internal sealed class PseudoTerminalDirectory(PseudoTerminalFileSystem home, PseudoTerminalTable table) : Inode(home, RootNumber, FileType.Directory)
{
    private const ulong RootNumber = 1;

    public override ulong Size => 0;

    public override void GetAttributes(out InodeAttributes attributes) => attributes = new InodeAttributes
    {
        Type = FileType.Directory,
        Mode = 0x1ed,
        Links = 2,
        Accessed = home.Born,
        Modified = home.Born,
        Changed = home.Born,
        Born = home.Born,
    };

    public override Result<Inode> Lookup(ReadOnlySpan<byte> name)
    {
        bool isNumber = Utf8Parser.TryParse(name, out uint index, out int used) && used == name.Length && (name[0] != (byte)'0' || name.Length == 1);
        return isNumber && index < (uint)table.Terminals.Count && table.Terminals[(int)index] is { } terminal ? terminal.Inode : Errno.ENOENT;
    }

    public override Errno ReadDirectory(ulong position, DirectorySink sink)
    {
        Span<byte> name = stackalloc byte[10];
        for (int i = (int)Math.Min(position, (ulong)table.Terminals.Count); i < table.Terminals.Count; i++)
        {
            if (table.Terminals[i] is not { } terminal)
            {
                continue;
            }

            _ = Utf8Formatter.TryFormat(i, name, out int length);
            if (!sink.TryAdd(name[..length], terminal.Inode.Number, FileType.CharacterDevice, (ulong)i + 1))
            {
                break;
            }
        }

        return Errno.None;
    }
}

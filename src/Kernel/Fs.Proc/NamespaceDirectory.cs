using System;
using System.Buffers.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Proc;

/// <summary>/proc/PID/ns: a link to each namespace of the process, which is the machine's.</summary>
internal sealed class NamespaceDirectory(ProcFileSystem home, ulong number, Process process) : ProcessInode(home, number, process, FileType.Directory, 0x149)
{
    private const int FirstSlot = 200;
    private const uint Everything = 0x1ff;

    protected override uint Links => 2;

    public override Result<Inode> Lookup(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < NamespaceKind.Count; i++)
        {
            NamespaceKind kind = NamespaceKind.At(i);
            if (name.SequenceEqual(kind.Name))
            {
                PathNode place = PathNode.CreateDetached(LinkOf(in kind), new NamespaceInode(Proc.Namespaces, i));
                return new PlaceLink(Proc, NumberOf(i), place, Process.Fs.Root, Everything, isDescriptor: false, Process);
            }
        }

        return Errno.ENOENT;
    }

    public override Errno ReadDirectory(ulong position, DirectorySink sink)
    {
        for (int i = (int)Math.Min(position, NamespaceKind.Count); i < NamespaceKind.Count; i++)
        {
            if (!sink.TryAdd(NamespaceKind.At(i).Name, NumberOf(i), FileType.SymbolicLink, (ulong)i + 1))
            {
                break;
            }
        }

        return Errno.None;
    }

    /// <summary>"net:[4026531840]".</summary>
    private static byte[] LinkOf(in NamespaceKind kind)
    {
        Span<byte> digits = stackalloc byte[10];
        _ = Utf8Formatter.TryFormat(kind.Number, digits, out int length);
        return [.. kind.Type, .. ":["u8, .. digits[..length], (byte)']'];
    }

    private ulong NumberOf(int index) => ProcessDirectory.NumberOf(Process.Id, FirstSlot + index);
}

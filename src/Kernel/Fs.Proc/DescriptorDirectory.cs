using System;
using System.Buffers.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Proc;

/// <summary>/proc/PID/fd: a link for each descriptor; or /proc/PID/fdinfo: a text for each.</summary>
internal sealed class DescriptorDirectory(ProcFileSystem home, ulong number, Process process, bool showsInfo)
    : ProcessInode(home, number, process, FileType.Directory, showsInfo ? 0x16du : 0x140u)
{
    private const uint Readable = 0x124;
    private const uint OwnerRead = 0x140;
    private const uint OwnerWrite = 0xc0;
    private const int FirstSlot = 1000;

    protected override uint Links => 2;

    public override Result<Inode> Lookup(ReadOnlySpan<byte> name)
    {
        if (!ProcRoot.TryParseId(name, out int descriptor))
        {
            return Errno.ENOENT;
        }

        OpenFile? file = Process.Files.Get(descriptor);
        if (file == null)
        {
            return Errno.ENOENT;
        }

        if (showsInfo)
        {
            DescriptorText text = new(Proc.Tree, Process, descriptor);
            return new GeneratedFile(Proc, NumberOf(descriptor), Readable, new WrittenText(text.Write), GeneratedRules.Process, Process);
        }

        uint mode = (file.CanRead ? OwnerRead : 0) | (file.CanWrite ? OwnerWrite : 0);
        return new PlaceLink(Proc, NumberOf(descriptor), file.Path, Process.Fs.Root, mode, isDescriptor: true, Process);
    }

    public override Errno ReadDirectory(ulong position, DirectorySink sink)
    {
        Span<byte> name = stackalloc byte[10];
        for (int i = (int)Math.Min(position, int.MaxValue); i < Process.Files.End; i++)
        {
            if (Process.Files.Get(i) == null)
            {
                continue;
            }

            _ = Utf8Formatter.TryFormat(i, name, out int length);
            if (!sink.TryAdd(name[..length], NumberOf(i), showsInfo ? FileType.Regular : FileType.SymbolicLink, (ulong)i + 1))
            {
                return Errno.None;
            }
        }

        return Errno.None;
    }

    private ulong NumberOf(int descriptor) => ProcessDirectory.NumberOf(Process.Id, (showsInfo ? FirstSlot << 1 : FirstSlot) + descriptor);
}

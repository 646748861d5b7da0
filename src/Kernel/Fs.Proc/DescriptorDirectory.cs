using System;
using System.Buffers.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Proc;

/// <summary>/proc/PID/fd: a link for each descriptor; or /proc/PID/fdinfo: a text for each.</summary>
internal sealed class DescriptorDirectory(ProcFileSystem home, ulong number, Process process, bool showsInfo)
    : GeneratedInode(home, number, FileType.Directory, showsInfo ? 0x16du : 0x140u)
{
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

        OpenFile? file = process.Files.Get(descriptor);
        if (file == null)
        {
            return Errno.ENOENT;
        }

        if (showsInfo)
        {
            return new GeneratedFile(home, NumberOf(descriptor), 0x100, new WrittenText(text => WriteInfo(text, descriptor)));
        }

        uint mode = (file.CanRead ? OwnerRead : 0) | (file.CanWrite ? OwnerWrite : 0);
        return new PlaceLink(home, NumberOf(descriptor), file.Path, process.Fs.Root, mode, isDescriptor: true);
    }

    public override Errno ReadDirectory(ulong position, DirectorySink sink)
    {
        Span<byte> name = stackalloc byte[10];
        for (int i = (int)Math.Min(position, int.MaxValue); i < process.Files.End; i++)
        {
            if (process.Files.Get(i) == null)
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

    private ulong NumberOf(int descriptor) => ProcessDirectory.NumberOf(process.Id, (showsInfo ? FirstSlot << 1 : FirstSlot) + descriptor);

    private void WriteInfo(ByteText text, int descriptor)
    {
        OpenFile? file = process.Files.Get(descriptor);
        if (file == null)
        {
            return;
        }

        uint flags = (uint)file.Flags | (process.Files.IsCloseOnExec(descriptor) ? (uint)OpenFlags.CloseOnExec : 0);
        text.Add("pos:\t"u8).Add(file.Position).Add("\nflags:\t0"u8).AddOctal(flags, 1).Add("\nmnt_id:\t1\nino:\t"u8).Add(file.Inode.Number).Add("\n"u8);
    }
}

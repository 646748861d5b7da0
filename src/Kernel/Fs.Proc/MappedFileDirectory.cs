using System;
using System.Buffers.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Memory;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Fs.Proc;

/// <summary>/proc/PID/map_files: a link for each mapping of a file, named for its range.</summary>
internal sealed class MappedFileDirectory(ProcFileSystem home, ulong number, Process process) : ProcessInode(home, number, process, FileType.Directory, 0x140)
{
    private const uint OwnerRead = 0x100;
    private const uint OwnerWrite = 0x80;
    private const int NameBytes = 33; // two numbers of 16 digits and a dash

    protected override uint Links => 2;

    public override Result<Inode> Lookup(ReadOnlySpan<byte> name)
    {
        int dash = name.IndexOf((byte)'-');
        if (dash <= 0 || !Utf8Parser.TryParse(name[..dash], out ulong start, out int used, 'x') || used != dash)
        {
            return Errno.ENOENT;
        }

        Span<byte> expected = stackalloc byte[NameBytes];
        Area? area = start < VirtAddr.UserEnd.Value ? Process.Memory.Find(new VirtAddr(start)) : null;
        if (area?.File == null || !name.SequenceEqual(NameOf(area, expected)))
        {
            return Errno.ENOENT;
        }

        uint mode = (area.File.CanRead ? OwnerRead : 0) | (area.File.CanWrite ? OwnerWrite : 0);
        return new PlaceLink(Proc, NumberOf(area), area.File.Path, Process.Fs.Root, mode, isDescriptor: true, Process);
    }

    public override Errno ReadDirectory(ulong position, DirectorySink sink)
    {
        // Positions are the page after the one where a mapping begins.
        Span<byte> name = stackalloc byte[NameBytes];
        for (Area? area = Process.Memory.FindFrom(new VirtAddr(position << PageSize.Shift)); area != null; area = Process.Memory.Next(area))
        {
            ulong place = (area.Start.Value >> PageSize.Shift) + 1;
            if (area.File != null && place > position && !sink.TryAdd(NameOf(area, name), NumberOf(area), FileType.SymbolicLink, place))
            {
                break;
            }
        }

        return Errno.None;
    }

    private static ReadOnlySpan<byte> NameOf(Area area, Span<byte> name)
    {
        _ = Utf8Formatter.TryFormat(area.Start.Value, name, out int first, 'x');
        name[first] = (byte)'-';
        _ = Utf8Formatter.TryFormat(area.End.Value, name[(first + 1)..], out int second, 'x');
        return name[..(first + 1 + second)];
    }

    private static ulong NumberOf(Area area) => (1UL << 60) + (area.Start.Value >> PageSize.Shift);
}

using System;
using System.Buffers.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Proc;

/// <summary>The top of /proc: fixed entries, then a directory for each process.</summary>
internal sealed class ProcRoot(ProcFileSystem home) : FixedDirectory(home, root => SystemFiles.AddTo(home, root))
{
    public override Result<Inode> Lookup(ReadOnlySpan<byte> name)
    {
        Result<Inode> known = base.Lookup(name);
        if (known.IsOk)
        {
            return known;
        }

        if (!TryParseId(name, out int id))
        {
            return Errno.ENOENT;
        }

        // A thread's number leads to its process's directory, though only processes are listed (proc(5)).
        UserThread? thread = home.Host.FindThread(id);
        Process? process = home.Host.FindProcess(id) ?? thread?.Process;
        return process == null ? Errno.ENOENT : new ProcessDirectory(home, process, null);
    }

    public override Errno ReadDirectory(ulong position, DirectorySink sink)
    {
        if (!TryReadFixed(position, sink))
        {
            return Errno.None;
        }

        position = Math.Max(position, (ulong)Count);

        // Positions of processes are their numbers, behind the fixed entries.
        Span<byte> name = stackalloc byte[10];
        foreach (Process process in home.Host.Processes)
        {
            ulong place = (ulong)Count + (ulong)process.Id;
            if (place <= position)
            {
                continue;
            }

            _ = Utf8Formatter.TryFormat(process.Id, name, out int length);
            if (!sink.TryAdd(name[..length], ProcessDirectory.NumberOf(process.Id, 0), FileType.Directory, place))
            {
                return Errno.None;
            }
        }

        return Errno.None;
    }

    internal static bool TryParseId(ReadOnlySpan<byte> name, out int id) =>
        Utf8Parser.TryParse(name, out id, out int used) && used == name.Length && id >= 0 && (name[0] != '0' || name.Length == 1) && name[0] is >= (byte)'0' and <= (byte)'9';
}

using System;
using System.Buffers.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Proc;

/// <summary>/proc/PID/task: a directory for each thread.</summary>
internal sealed class TaskDirectory(ProcFileSystem home, ulong number, Process process) : ProcessInode(home, number, process, FileType.Directory, 0x16d)
{
    protected override uint Links => 2 + (uint)Process.Threads.Count;

    public override Result<Inode> Lookup(ReadOnlySpan<byte> name)
    {
        if (!ProcRoot.TryParseId(name, out int id))
        {
            return Errno.ENOENT;
        }

        UserThread? thread = Proc.Host.FindThread(id);
        return thread == null || thread.Process != Process ? Errno.ENOENT : new ProcessDirectory(Proc, Process, thread);
    }

    public override Errno ReadDirectory(ulong position, DirectorySink sink)
    {
        // Threads are listed in the order of their numbers, which are the positions.
        Span<byte> name = stackalloc byte[10];
        int first = position >= int.MaxValue ? Process.Threads.Count : Process.IndexAfter((int)position);
        for (int i = first; i < Process.Threads.Count; i++)
        {
            int id = Process.Threads[i].Id;
            _ = Utf8Formatter.TryFormat(id, name, out int length);
            if (!sink.TryAdd(name[..length], ProcessDirectory.NumberOf(id, 0), FileType.Directory, (ulong)id))
            {
                break;
            }
        }

        return Errno.None;
    }
}

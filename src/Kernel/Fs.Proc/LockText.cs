using System.Collections.Generic;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Proc;

/// <summary>Locks on files as /proc/locks and fdinfo list them (proc_locks(5)).</summary>
internal static class LockText
{
    /// <summary>/proc/locks: the locks on what the processes have open.</summary>
    public static void WriteAll(ByteText text, ProcessHost host)
    {
        HashSet<Inode> seen = [];
        int number = 0;
        foreach (Process process in host.Processes)
        {
            for (int i = 0; i < process.Files.End; i++)
            {
                Inode? inode = process.Files.Get(i)?.Inode;
                if (inode?.Locks == null || !seen.Add(inode))
                {
                    continue;
                }

                for (int each = 0; each < inode.Locks.Count; each++)
                {
                    text.Add(++number).Add(": "u8);
                    Write(text, process, inode, each);
                }
            }
        }
    }

    /// <summary>The lines of fdinfo: the locks that were taken through this description.</summary>
    public static void WriteOwn(ByteText text, Process process, OpenFile file)
    {
        FileLocks? locks = file.Inode.Locks;
        int number = 0;
        for (int i = 0; i < (locks?.Count ?? 0); i++)
        {
            FileLock held = locks!.At(i, out _);
            if (held.Through == file && (held.Owner == file || held.Owner == process.Files))
            {
                text.Add("lock:\t"u8).Add(++number).Add(": "u8);
                Write(text, process, file.Inode, i);
            }
        }
    }

    private static void Write(ByteText text, Process process, Inode inode, int index)
    {
        FileLock held = inode.Locks!.At(index, out bool isWhole);
        bool isDescription = !isWhole && held.Owner is OpenFile;
        text.Add(isWhole ? "FLOCK  ADVISORY  "u8 : isDescription ? "OFDLCK ADVISORY  "u8 : "POSIX  ADVISORY  "u8);
        text.Add(held.IsExclusive ? "WRITE "u8 : "READ  "u8);
        text.Add(isDescription ? -1 : held.ProcessId > 0 ? held.ProcessId : process.Id).Add(" "u8);
        ulong device = inode.FileSystem.Device;
        text.AddHex(DeviceNumber.Major(device), 2).Add(":"u8).AddHex(DeviceNumber.Minor(device), 2).Add(":"u8).Add(inode.Number).Add(" "u8).Add(held.Start);
        if (held.End == ulong.MaxValue)
        {
            text.Add(" EOF\n"u8);
        }
        else
        {
            text.Add(" "u8).Add(held.End - 1).Add("\n"u8);
        }
    }
}

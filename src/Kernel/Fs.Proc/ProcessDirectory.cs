using System;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Proc;

/// <summary>/proc/PID, or /proc/PID/task/TID when a thread is given.</summary>
internal sealed class ProcessDirectory(ProcFileSystem home, Process process, UserThread? thread)
    : GeneratedInode(home, NumberOf(thread?.Id ?? process.Id, thread == null ? 0 : ThreadSlot), FileType.Directory, 0x16d)
{
    private const int ThreadSlot = 100;
    private const int SlotBits = 24;

    private readonly ProcessText _text = new(home, process, thread);

    protected override uint Links => 2;

    /// <summary>An inode number that stays the same for a process's file while the process lives.</summary>
    public static ulong NumberOf(int id, int slot) => ((ulong)(uint)id << SlotBits) + (ulong)slot + 1_000_000;

    public override Result<Inode> Lookup(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < ProcessEntries.Count; i++)
        {
            ProcessEntry entry = ProcessEntries.At(i);
            if (entry.Name.SequenceEqual(name) && !(thread != null && entry.Kind == ProcessEntryKind.Tasks))
            {
                return Make(entry, i);
            }
        }

        return Errno.ENOENT;
    }

    public override Errno ReadDirectory(ulong position, DirectorySink sink)
    {
        for (int i = (int)Math.Min(position, (ulong)ProcessEntries.Count); i < ProcessEntries.Count; i++)
        {
            ProcessEntry entry = ProcessEntries.At(i);
            if (thread != null && entry.Kind == ProcessEntryKind.Tasks)
            {
                continue;
            }

            if (!sink.TryAdd(entry.Name, SlotNumber(i), entry.Type, (ulong)i + 1))
            {
                return Errno.None;
            }
        }

        return Errno.None;
    }

    private ulong SlotNumber(int index) => NumberOf(thread?.Id ?? process.Id, (thread == null ? 0 : ThreadSlot) + index + 1);

    private Result<Inode> Make(ProcessEntry entry, int index)
    {
        ulong number = SlotNumber(index);
        PathNode root = process.Fs.Root;
        switch (entry.Kind)
        {
            case ProcessEntryKind.Tasks:
                return new TaskDirectory(home, number, process);
            case ProcessEntryKind.Descriptors:
                return new DescriptorDirectory(home, number, process, showsInfo: false);
            case ProcessEntryKind.DescriptorInfo:
                return new DescriptorDirectory(home, number, process, showsInfo: true);
            case ProcessEntryKind.WorkingDirectory:
                return new PlaceLink(home, number, process.Fs.WorkingDirectory, root, 0x1ff, isDescriptor: false);
            case ProcessEntryKind.Root:
                return new PlaceLink(home, number, root, root, 0x1ff, isDescriptor: false);
            case ProcessEntryKind.Program:
                // Not by its path, which may lead here by now.
                return process.Image.File is { } program ? new PlaceLink(home, number, program, root, 0x1ff, isDescriptor: false) : Errno.ENOENT;
            default:
                return new GeneratedFile(home, number, entry.Mode, new ProcessTextSource(_text, entry.Kind));
        }
    }
}

using System;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Proc;

/// <summary>/proc/PID, or /proc/PID/task/TID when a thread is given.</summary>
internal sealed class ProcessDirectory(ProcFileSystem home, Process process, UserThread? thread)
    : ProcessInode(home, NumberOf(thread?.Id ?? process.Id, thread == null ? 0 : ThreadSlot), process, FileType.Directory, 0x16d), IProcessPlace
{
    private const int ThreadSlot = 100;
    private const int SlotBits = 24;

    private readonly ProcessText _text = new(home, process, thread);

    public Process? NamedProcess => thread == null ? Process : null;

    public override bool IsImmutable => true;

    protected override uint Links => 2;

    /// <summary>An inode number that stays the same for a process's file while the process lives.</summary>
    public static ulong NumberOf(int id, int slot) => ((ulong)(uint)id << SlotBits) + (ulong)slot + 1_000_000;

    public override Result<Inode> Lookup(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < ProcessEntries.Count; i++)
        {
            ProcessEntry entry = ProcessEntries.At(i);
            if (entry.Name.SequenceEqual(name) && IsThere(in entry))
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
            if (IsThere(in entry) && !sink.TryAdd(entry.Name, SlotNumber(i), entry.Type, (ulong)i + 1))
            {
                return Errno.None;
            }
        }

        return Errno.None;
    }

    private bool IsThere(in ProcessEntry entry) => entry.IsIn(thread != null) && (entry.Kind != ProcessEntryKind.Network || Proc.Network != null);

    private ulong SlotNumber(int index) => NumberOf(thread?.Id ?? Process.Id, (thread == null ? 0 : ThreadSlot) + index + 1);

    private Result<Inode> Make(ProcessEntry entry, int index)
    {
        ulong number = SlotNumber(index);
        FsContext context = thread?.Fs ?? Process.Fs;
        PathNode root = context.Root;
        switch (entry.Kind)
        {
            case ProcessEntryKind.Tasks:
                return new TaskDirectory(Proc, number, Process);
            case ProcessEntryKind.Descriptors:
                return new DescriptorDirectory(Proc, number, Process, showsInfo: false);
            case ProcessEntryKind.DescriptorInfo:
                return new DescriptorDirectory(Proc, number, Process, showsInfo: true);
            case ProcessEntryKind.MappedFiles:
                return new MappedFileDirectory(Proc, number, Process);
            case ProcessEntryKind.Namespaces:
                return new NamespaceDirectory(Proc, number, Process);
            case ProcessEntryKind.Network:
                return Proc.Network!;
            case ProcessEntryKind.Memory:
                return new ProcessMemoryNode(Proc, number, Process, entry.Mode, showsPages: false);
            case ProcessEntryKind.PageMap:
                return new ProcessMemoryNode(Proc, number, Process, entry.Mode, showsPages: true);
            case ProcessEntryKind.WorkingDirectory:
                return new PlaceLink(Proc, number, context.WorkingDirectory, root, entry.Mode, isDescriptor: false, Process);
            case ProcessEntryKind.Root:
                return new PlaceLink(Proc, number, root, root, entry.Mode, isDescriptor: false, Process);
            case ProcessEntryKind.Program:
                // Not by its path, which may lead here by now.
                return Process.Image.File is { } program ? new PlaceLink(Proc, number, program, root, entry.Mode, isDescriptor: false, Process) : Errno.ENOENT;
            default:
                return new GeneratedFile(Proc, number, entry.Mode, new ProcessTextSource(_text, entry.Kind), entry.Rules, Process);
        }
    }
}

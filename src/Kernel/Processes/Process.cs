using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Memory;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>A running program: its memory, files, identity, limits, signals and threads. Everything that fork would copy hangs here.</summary>
public sealed partial class Process
{
    private readonly List<UserThread> _threads = [];

    internal Process(ProcessHost host, Process? parent, MemoryMap memory, FileTable files, FsContext fs)
    {
        Files = files;
        Fs = fs;
        Host = host;
        Parent = parent;
        Id = host.NextId();
        GroupId = parent?.GroupId ?? Id;
        SessionId = parent?.SessionId ?? Id;
        Memory = memory;
        Space = memory.Space;
    }

    public ProcessHost Host { get; }

    public int Id { get; }

    public Process? Parent { get; }

    /// <summary>The parent's number; zero for the first process, as in a container.</summary>
    public int ParentId => Parent?.Id ?? 0;

    public int GroupId { get; set; }

    public int SessionId { get; set; }

    public MemoryMap Memory { get; private set; }

    public AddressSpace Space { get; private set; }

    public FileTable Files { get; }

    /// <summary>Root, working directory, umask and the ids that files are checked against.</summary>
    public FsContext Fs { get; }

    /// <summary>Living threads; the first is the one whose number is the process's while it lives.</summary>
    public IReadOnlyList<UserThread> Threads => _threads;

    /// <summary>What the program was started as: argv, envp and the path of its file, for /proc.</summary>
    public ProgramImage Image { get; internal set; } = new();

    /// <summary>When it was started.</summary>
    public Instant StartedAt { get; } = Clock.Now;

    /// <summary>CPU time of threads that have ended, nanoseconds.</summary>
    public ulong EndedThreadsTimeNs { get; internal set; }

    /// <summary>Whether the last thread has ended; <see cref="ExitStatus"/> is valid then.</summary>
    public bool HasExited { get; internal set; }

    /// <summary>The status as wait(2) encodes it: exit code times 256, or the signal with 0x80 for a core.</summary>
    public int ExitStatus { get; internal set; }

    /// <summary>The exit status as a shell shows it: the code, or 128 and the signal.</summary>
    public int ShellStatus => (ExitStatus & 0x7f) == 0 ? (ExitStatus >> 8) & 0xff : 128 + (ExitStatus & 0x7f);

    /// <summary>Told when the process ends.</summary>
    public WaitQueue Ended { get; } = new();
}

using System.Collections.Generic;
using Mote.Kernel.Memory;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>A running program: its memory, files, identity, limits, signals and threads. Everything that fork would copy hangs here.</summary>
public sealed partial class Process
{
    private readonly List<UserThread> _threads = [];

    internal Process(ProcessHost host, Process? parent, MemoryMap memory, FileTable files, FsContext fs)
    {
        Host = host;
        Parent = parent;
        Id = host.NextId();
        GroupId = parent?.GroupId ?? Id;
        SessionId = parent?.SessionId ?? Id;
        Files = files;
        Fs = fs;
        Memory = memory;
        Space = memory.Space;
        RealTimer = new RealTimer(this);
        PendingSignals.Reserve();
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

    public Credentials Credentials { get; } = new();

    public ResourceLimits Limits { get; } = new();

    /// <summary>alarm(2) and ITIMER_REAL.</summary>
    public RealTimer RealTimer { get; }

    /// <summary>Timers of timer_create(2).</summary>
    public PosixTimers Timers { get; } = new();

    /// <summary>Living threads in the order of their numbers.</summary>
    public IReadOnlyList<UserThread> Threads => _threads;

    /// <summary>What the program was started as: argv, envp and the path of its file, for /proc.</summary>
    public ProgramImage Image { get; private set; } = new();

    /// <summary>personality(2): bits that programs set and get back; only ADDR_NO_RANDOMIZE means anything.</summary>
    public uint Personality { get; set; }

    /// <summary>The nice value, kept for programs that ask; the scheduler is fair to all.</summary>
    public int Nice { get; set; }

    /// <summary>PR_SET_DUMPABLE.</summary>
    public int Dumpable { get; set; } = 1;

    /// <summary>When it was started.</summary>
    public Instant StartedAt { get; } = Clock.Now;

    /// <summary>CPU time of all its threads, nanoseconds.</summary>
    public ulong CpuTimeNs
    {
        get
        {
            ulong total = _endedThreadsTimeNs;
            foreach (UserThread thread in _threads)
            {
                total += thread.TotalCpuTimeNs;
            }

            return total;
        }
    }
}

using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Memory;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>A running program: its memory, files, identity, limits, signals and threads. Everything that fork would copy hangs here.</summary>
public sealed partial class Process
{
    /// <summary>SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGKILL: sent where nothing may be allocated.</summary>
    private const int SignalsOfKernel = 5;

    private readonly List<UserThread> _threads = [];
    private CpuTimeSplit _split;

    internal Process(ProcessHost host, Process? parent, MemoryMap memory, FileTable files, FsContext fs)
    {
        Host = host;
        Parent = parent;
        Id = host.NextId();
        GroupId = parent?.GroupId ?? Id;
        SessionId = parent?.SessionId ?? Id;
        ControllingTerminal = parent?.ControllingTerminal;
        Files = files;
        _fs = fs;
        _credentials = new Credentials(fs.Capabilities);
        Memory = memory;
        Space = memory.Space;
        RealTimer = new RealTimer(this);
        UserTimer = new CpuIntervalTimer(new CpuClock(this, isUserOnly: true), Signal.SIGVTALRM);
        ProfilingTimer = new CpuIntervalTimer(new CpuClock(this), Signal.SIGPROF);
        CpuLimit = new CpuLimit(this);
        CpuTimers = new CpuTimerSet(this);
        SignalBudget = new SignalBudget(Limits);
        PendingSignals = new SignalQueue(SignalBudget);
        Timers = new PosixTimers(SignalBudget);
        for (int i = 0; i < SignalsOfKernel; i++)
        {
            PendingSignals.Reserve();
        }
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

    public ResourceLimits Limits { get; } = new();

    /// <summary>alarm(2) and ITIMER_REAL.</summary>
    public RealTimer RealTimer { get; }

    /// <summary>ITIMER_VIRTUAL.</summary>
    public CpuIntervalTimer UserTimer { get; }

    /// <summary>ITIMER_PROF.</summary>
    public CpuIntervalTimer ProfilingTimer { get; }

    /// <summary>RLIMIT_CPU.</summary>
    public CpuLimit CpuLimit { get; }

    /// <summary>Armed timers on the CPU time of the process and its threads.</summary>
    public CpuTimerSet CpuTimers { get; }

    /// <summary>RLIMIT_SIGPENDING.</summary>
    public SignalBudget SignalBudget { get; }

    /// <summary>Timers of timer_create(2).</summary>
    public PosixTimers Timers { get; }

    /// <summary>Living threads in the order of their numbers.</summary>
    public IReadOnlyList<UserThread> Threads => _threads;

    /// <summary>What the program was started as: argv, envp and the path of its file, for /proc.</summary>
    public ProgramImage Image { get; private set; } = new();

    /// <summary>personality(2): bits that programs set and get back; only ADDR_NO_RANDOMIZE means anything.</summary>
    public uint Personality { get; set; }

    /// <summary>Commands of membarrier(2) that the program has registered for.</summary>
    public uint BarrierRegistrations { get; set; }

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

    /// <summary>The same, divided.</summary>
    public CpuTimes CpuTimes
    {
        get
        {
            ulong user = _endedUserSamples;
            ulong system = _endedSystemSamples;
            foreach (UserThread thread in _threads)
            {
                user += thread.UserSamples;
                system += thread.SystemSamples;
            }

            return _split.Divide(CpuTimeNs, user, system);
        }
    }
}

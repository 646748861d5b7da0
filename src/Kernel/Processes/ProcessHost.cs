using System;
using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Logging;
using Mote.Kernel.Memory;
using Mote.Kernel.Random;
using Mote.Kernel.Tasks;
using Mote.Kernel.Time;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Processes;

/// <summary>What all processes share: the scheduler, the system calls, files, clocks and reports, and the numbers of processes and threads.</summary>
public sealed class ProcessHost
{
    private const int DefaultThreadLimit = 8192;
    private const int HighestId = 4194303; // below /proc/sys/kernel/pid_max
    private const int FirstIdAnew = 300; // RESERVED_PIDS

    private readonly Dictionary<int, UserThread> _threads = [];
    private readonly List<Process> _processes = [];
    private readonly byte[] _state = new byte[SignalFrame.StateBytes];
    private CyclicNumbers _ids = new(FirstIdAnew, HighestId);
    private uint _lastLoginSession;

    public ProcessHost(Scheduler scheduler, SystemCalls calls, FileTree tree, WallClock wallClock, KernelLog log, CrashSink crashes)
    {
        Scheduler = scheduler;
        Calls = calls;
        Tree = tree;
        WallClock = wallClock;
        Log = log;
        Crashes = crashes;
        Randomness = new EntropyPool(log);
        Vdso = VdsoPages.Create(wallClock.OffsetNs);
        Loader = new ProgramLoader(tree, Randomness, Vdso);
    }

    public Scheduler Scheduler { get; }

    public SystemCalls Calls { get; }

    public FileTree Tree { get; }

    public WallClock WallClock { get; }

    public KernelLog Log { get; }

    public CrashSink Crashes { get; }

    /// <summary>Takes the cores of programs that end by a signal; null is nobody.</summary>
    public CoreSink? Cores { get; set; }

    public EntropyPool Randomness { get; }

    public FutexTable Futexes { get; } = new();

    public ProgramLoader Loader { get; }

    /// <summary>What the machine is called.</summary>
    public SystemNames Names { get; } = new();

    /// <summary>How many threads there may be at once: /proc/sys/kernel/threads-max.</summary>
    public int ThreadLimit { get; set; } = DefaultThreadLimit;

    /// <summary>/proc/sys/kernel/randomize_va_space: whether programs that start get addresses of chance.</summary>
    public bool RandomizesLayouts { get; set; } = true;

    /// <summary>The machine's settings for the memory of programs.</summary>
    public MemoryPolicy MemoryPolicy { get; } = new();

    /// <summary>The pages that programs read the time from; null on the hosted machine.</summary>
    public VdsoPages? Vdso { get; }

    /// <summary>Living processes, oldest first.</summary>
    public IReadOnlyList<Process> Processes => _processes;

    /// <summary>Living threads of all processes.</summary>
    public int ThreadCount => _threads.Count;

    /// <summary>The number given last: /proc/loadavg shows it.</summary>
    public int LastId => _ids.Last;

    /// <summary>Called on the last thread of a process, which is about to leave.</summary>
    public Action<Process>? Ended { get; set; }

    /// <summary>
    /// Called when a process has stopped. Who sets it promises to continue a stopped first process, as a shell would: the host's tool stops in its turn and continues with it.
    /// </summary>
    public Action<Process>? Stopped { get; set; }

    /// <summary>Sees signals and ends of all threads; null is nobody.</summary>
    public ThreadObserver? Observer { get; set; }

    /// <summary>Where signal frames are put together: the kernel is not preempted, so one buffer serves all threads.</summary>
    internal Span<byte> StateBuffer => _state;

    public Process? FindProcess(int id)
    {
        foreach (Process process in _processes)
        {
            if (process.Id == id)
            {
                return process;
            }
        }

        return null;
    }

    public UserThread? FindThread(int id) => _threads.GetValueOrDefault(id);

    /// <summary>Sends a signal to every process of a group. ESRCH when there is none.</summary>
    public Errno SendToGroup(int group, in SignalInfo info)
    {
        Errno outcome = Errno.ESRCH;
        for (int i = _processes.Count - 1; i >= 0; i--)
        {
            if (_processes[i].GroupId == group)
            {
                outcome = _processes[i].Send(in info);
            }
        }

        return outcome;
    }

    /// <summary>Whether no process of the group has a parent in another group of its session, who would continue it when it is stopped (POSIX, XBD 3, "Orphaned Process Group").</summary>
    public bool IsOrphanedGroup(int group)
    {
        foreach (Process process in _processes)
        {
            if (process.GroupId != group)
            {
                continue;
            }

            if (process.Parent == null ? Stopped != null : process.Parent.GroupId != group && process.Parent.SessionId == process.SessionId)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Starts the first program. The descriptors and the working directory are as it shall find them. Errors: those of opening and loading the file.
    /// </summary>
    public Result<Process> Start(byte[] path, byte[][] arguments, byte[][] environment, FileTable files, FsContext fs)
    {
        Result<OpenFile> opened = Loader.Open(fs, fs.WorkingDirectory, path);
        if (!opened.TryGet(out OpenFile file))
        {
            return opened.Error;
        }

        Result<MemoryMap> made = MemoryMap.Create(MemoryPolicy);
        if (!made.TryGet(out MemoryMap memory))
        {
            file.Release();
            return made.Error;
        }

        Process process = new(this, null, memory, files, fs);
        ProgramRequest request = new() { File = file, Path = path, Arguments = arguments, Environment = environment };
        Result<ProgramImage> loaded = Loader.Load(memory, fs, request, process.IdentityWith(process.Credentials));
        file.Release();
        if (!loaded.TryGet(out ProgramImage image))
        {
            memory.Release();
            return loaded.Error;
        }

        _processes.Add(process);
        Errno error = process.Begin(image);
        return error == Errno.None ? process : error;
    }

    /// <summary>Sets the wall clock to a Unix time in nanoseconds, for the kernel, the programs and the timers that follow it.</summary>
    public void SetWallClock(long unixNs)
    {
        long shiftNs = WallClock.Set(unixNs);
        Vdso?.SetWallOffset(WallClock.OffsetNs);
        Scheduler.Timers.ShiftFollowers(shiftNs);
    }

    /// <summary>A number that no thread, process, group or session has.</summary>
    internal int NextId()
    {
        int id;
        do
        {
            id = _ids.Advance();
        }
        while (IsTaken(id));

        return id;
    }

    private bool IsTaken(int id)
    {
        if (_threads.ContainsKey(id))
        {
            return true;
        }

        foreach (Process process in _processes)
        {
            if (process.Id == id || process.GroupId == id || process.SessionId == id)
            {
                return true;
            }
        }

        return false;
    }

    internal uint NextLoginSession() => unchecked(++_lastLoginSession);

    internal void Remove(Process process) => _processes.Remove(process);

    internal void Add(UserThread thread) => _threads.Add(thread.Id, thread);

    internal void Remove(UserThread thread) => _threads.Remove(thread.Id);

    /// <summary>execve(2): the thread that is left takes the number of the process, which is free or its own.</summary>
    internal void MakeLeader(UserThread thread)
    {
        _threads.Remove(thread.Id);
        thread.Id = thread.Process.Id;
        _threads.Add(thread.Id, thread);
    }

    internal void OnStopped(Process process) => Stopped?.Invoke(process);

    internal void OnEnded(Process process) => Ended?.Invoke(process);
}

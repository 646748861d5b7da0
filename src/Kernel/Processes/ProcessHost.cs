using System.Collections.Generic;
using Mote.Kernel.Logging;
using Mote.Kernel.Tasks;
using Mote.Kernel.Time;

namespace Mote.Kernel.Processes;

/// <summary>What all processes share: the scheduler, the system calls, clocks and reports, and the numbers of processes and threads.</summary>
public sealed class ProcessHost
{
    private readonly Dictionary<int, UserThread> _threads = [];
    private readonly List<Process> _processes = [];
    private int _lastId;

    public ProcessHost(Scheduler scheduler, SystemCalls calls, WallClock wallClock, KernelLog log, CrashSink crashes)
    {
        Scheduler = scheduler;
        Calls = calls;
        WallClock = wallClock;
        Log = log;
        Crashes = crashes;
    }

    public Scheduler Scheduler { get; }

    public SystemCalls Calls { get; }

    public WallClock WallClock { get; }

    public KernelLog Log { get; }

    public CrashSink Crashes { get; }

    /// <summary>Living processes, oldest first.</summary>
    public IReadOnlyList<Process> Processes => _processes;

    /// <summary>Living threads of all processes.</summary>
    public int ThreadCount => _threads.Count;

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

    internal int NextId() => ++_lastId;

    internal void Add(Process process) => _processes.Add(process);

    internal void Remove(Process process) => _processes.Remove(process);

    internal void Add(UserThread thread) => _threads.Add(thread.Id, thread);

    internal void Remove(UserThread thread) => _threads.Remove(thread.Id);
}

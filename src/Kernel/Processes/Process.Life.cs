using Mote.Abi.Linux;
using Mote.Kernel.Memory;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Processes;

// Threads come and go; the program ends or is replaced.
public sealed partial class Process
{
    private ulong _endedThreadsTimeNs;
    private ulong _endedUserSamples;
    private ulong _endedSystemSamples;
    private WaitQueue? _threadGone;

    /// <summary>Whether its end has begun.</summary>
    public bool IsEnding { get; private set; }

    /// <summary>Whether the last thread has ended; <see cref="ExitStatus"/> is final then.</summary>
    public bool HasExited { get; private set; }

    /// <summary>The status as wait(2) encodes it: exit code times 256, or the signal with 0x80 for a core.</summary>
    public int ExitStatus { get; private set; }

    /// <summary>The exit status as a shell shows it: the code, or 128 and the signal.</summary>
    public int ShellStatus => (ExitStatus & 0x7f) == 0 ? (ExitStatus >> 8) & 0xff : 128 + (ExitStatus & 0x7f);

    /// <summary>Told when the process has ended.</summary>
    public WaitQueue Ended { get; } = new();

    /// <summary>exit_group(2): all threads leave. The caller, when it is one of them, calls <see cref="UserThread.ExitThread"/> next.</summary>
    public void Exit(int code) => End((code & 0xff) << 8);

    /// <summary>The last thread called exit(2): its code is the process's.</summary>
    public void NoteThreadExit(int code)
    {
        if (!IsEnding && _threads.Count == 1)
        {
            End((code & 0xff) << 8);
        }
    }

    /// <summary>Makes a thread that shares everything with the others. EAGAIN when there is no memory for it.</summary>
    public Result<UserThread> CreateThread()
    {
        const long BytesEach = 100;
        if (Host.ThreadCount >= Host.ThreadLimit || !KernelHeap.CanAllocate(Host.ThreadCount * BytesEach) || !ContextSlot.TryCreate(out ContextSlot? slot))
        {
            return Errno.EAGAIN;
        }

        UserThread? maker = KernelThread.Current as UserThread;
        bool isOwn = maker?.Process == this;
        UserThread thread = new(this, _threads.Count == 0 && !HasExited && Host.FindThread(Id) == null ? Id : Host.NextId(), slot!)
        {
            Credentials = isOwn ? maker!.Credentials : _credentials,
            Fs = isOwn ? maker!.Fs : _fs,
        };
        thread.Watch = CpuTimers.WatchOfThreads;
        _threads.Insert(IndexAfter(thread.Id), thread);
        Host.Add(thread);
        return thread;
    }

    /// <summary>Where in <see cref="Threads"/> the first thread with a greater number than <paramref name="id"/> stands; their count when there is none.</summary>
    public int IndexAfter(int id)
    {
        int low = 0, high = _threads.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_threads[middle].Id <= id)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>The first thread begins the program.</summary>
    internal Errno Begin(ProgramImage image)
    {
        Result<UserThread> created = CreateThread();
        if (!created.TryGet(out UserThread thread))
        {
            return created.Error;
        }

        image.Hold();
        Image = image;
        thread.StartProgram(image);
        Host.Scheduler.Start(thread);
        return Errno.None;
    }

    /// <summary>
    /// execve(2): the current thread alone goes on, in another program. What fails before the old program is gone is returned; afterwards nothing can fail. The registers are the new
    /// program's on success.
    /// </summary>
    public Errno Replace(UserThread thread, ProgramRequest request)
    {
        Result<MemoryMap> made = MemoryMap.Create(Host.MemoryPolicy);
        if (!made.TryGet(out MemoryMap memory))
        {
            return made.Error;
        }

        memory.IsHugePagesOff = Memory.IsHugePagesOff;
        memory.SizeLimit = Limits.Soft(ResourceKind.AddressSpace);
        Result<ProgramImage> loaded = Host.Loader.Load(memory, thread.Fs, request, IdentityWith(thread.Credentials));
        if (!loaded.TryGet(out ProgramImage image))
        {
            memory.Release();
            return loaded.Error;
        }

        // Held before the wait, in which another thread could open the new program's file for writing.
        image.Hold();
        if (!EndOtherThreads(thread))
        {
            image.LetGo();
            memory.Release();
            return Errno.EAGAIN;
        }

        thread.ReleaseRobustFutexes();
        if (thread.ClearOnExit.Value != 0 && Space.TryWrite(thread.ClearOnExit, 0u))
        {
            Host.Futexes.Wake(Memory, thread.ClearOnExit, 1, uint.MaxValue);
        }

        Host.MakeLeader(thread);
        MemoryMap old = Memory;
        Memory = memory;
        Space = memory.Space;
        Image.LetGo();
        Image = image;
        Timers.Clear();
        ResetActions();
        Files.CloseMarked();
        thread.TakeIdentity(image);
        BarrierRegistrations = 0;
        thread.StartProgram(image);
        old.Release();
        return Errno.None;
    }

    /// <summary>A signal's default action is to end the process.</summary>
    internal void EndBySignal(UserThread thread, in SignalInfo info)
    {
        if (IsEnding)
        {
            return;
        }

        const int CoreFlag = 0x80;
        bool dumps = SignalDefaults.DumpsCore(info.Signal);
        if (dumps)
        {
            CrashReport.Write(Host.Crashes, thread, in info);
            Host.Cores?.Write(thread, in info);
        }

        End((int)info.Signal | (dumps ? CoreFlag : 0));
    }

    /// <summary>A page could not be had: the program ends as if by the out-of-memory killer.</summary>
    internal void EndForMemory(UserThread thread)
    {
        if (!IsEnding)
        {
            CrashReport.WriteOutOfMemory(Host.Crashes, thread);
            End((int)Signal.SIGKILL);
        }

        thread.RequestExit();
    }

    /// <summary>A thread is about to leave for good; it is still the current one.</summary>
    internal void Remove(UserThread thread)
    {
        _threads.Remove(thread);
        Host.Remove(thread);
        _endedThreadsTimeNs += thread.TotalCpuTimeNs;
        _endedUserSamples += thread.UserSamples;
        _endedSystemSamples += thread.SystemSamples;
        CpuTimers.Forget(thread);
        thread.Watch = null;
        _threadGone?.WakeAll();
        if (_threads.Count > 0)
        {
            // Signals that only the leaving thread had been told of are another's now.
            foreach (UserThread other in _threads)
            {
                if (!(PendingSignals.Set & ~other.Blocked).IsEmpty)
                {
                    other.NoteSignals();
                }
            }

            return;
        }

        HasExited = true;
        LeaveTerminal(isEnding: true);
        RealTimer.Stop();
        UserTimer.Stop();
        ProfilingTimer.Stop();
        CpuTimers.Cancel(CpuLimit);
        Timers.Clear();
        Files.Unshare();
        thread.Context.Space = null;
        Memory.Release();
        Image.LetGo();
        Host.Remove(this);
        Ended.WakeAll();
        Host.OnEnded(this);
    }

    private void End(int status)
    {
        if (IsEnding)
        {
            return;
        }

        IsEnding = true;
        ExitStatus = status;
        foreach (UserThread thread in _threads)
        {
            thread.RequestExit();
        }
    }

    /// <summary>Ends all threads but one and waits until they are gone. False when the process is ending itself.</summary>
    private bool EndOtherThreads(UserThread survivor)
    {
        foreach (UserThread thread in _threads)
        {
            if (thread != survivor)
            {
                thread.RequestExit();
            }
        }

        while (_threads.Count > 1)
        {
            if (survivor.IsEnding)
            {
                return false;
            }

            _threadGone ??= new WaitQueue();
            _ = _threadGone.Wait(Instant.Never, isInterruptible: false, isExclusive: false);
        }

        return true;
    }
}

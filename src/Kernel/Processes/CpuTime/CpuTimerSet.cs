using System;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>
/// The armed timers of a process on CPU time. As its clocks can at most keep pace with the time, the set is a timer itself, due when the first of its clocks that runs
/// now could get there; it looks then and sets itself again. While no thread of the process runs it does nothing.
/// </summary>
public sealed class CpuTimerSet(Process process) : CpuTimeWatch
{
    /// <summary>A clock of user time may be behind for long, and is measured by samples anyway.</summary>
    private const ulong UserLookNs = 1_000_000;
    private const ulong LookNs = 1000;

    private CpuTimer? _first;

    /// <summary>What a new thread's <see cref="KernelThread.Watch"/> is.</summary>
    internal CpuTimeWatch? WatchOfThreads => _first == null ? null : this;

    /// <summary>Arms a timer of one of the process's clocks, moving it when it is armed already.</summary>
    [AllocationFree]
    public void Arm(CpuTimer timer, ulong dueNs)
    {
        Unlink(timer);
        timer.DueNs = dueNs;
        timer.IsArmed = true;
        timer.Next = _first;
        _first = timer;
        if (timer.Next == null)
        {
            WatchThreads(this);
        }

        Schedule(KernelThread.Current, Clock.Now);
    }

    /// <summary>Disarms a timer; nothing happens when it is not armed.</summary>
    [AllocationFree]
    public void Cancel(CpuTimer timer)
    {
        Unlink(timer);
        if (_first == null)
        {
            process.Host.Scheduler.Timers.Cancel(this);
            WatchThreads(null);
        }
    }

    public override void Expire(Instant now)
    {
        CpuTimer? timer = _first;
        while (timer != null)
        {
            CpuTimer? next = timer.Next;
            ulong at = timer.Clock.NowNs;
            if (at >= timer.DueNs)
            {
                Cancel(timer);
                timer.Expire(at);
            }

            timer = next;
        }

        Schedule(KernelThread.Current, now);
    }

    public override void Resume(KernelThread next, Instant now) => Schedule(next, now);

    /// <summary>A thread has ended: its clock stands still for ever.</summary>
    internal void Forget(UserThread thread)
    {
        CpuTimer? timer = _first;
        while (timer != null)
        {
            CpuTimer? next = timer.Next;
            if (timer.Clock.Thread == thread)
            {
                Cancel(timer);
            }

            timer = next;
        }
    }

    private void Schedule(KernelThread running, Instant now)
    {
        ulong least = ulong.MaxValue;
        for (CpuTimer? timer = _first; timer != null; timer = timer.Next)
        {
            if (timer.Clock.Counts(running))
            {
                least = Math.Min(least, Math.Max(timer.RemainingNs, timer.Clock.IsUserOnly ? UserLookNs : LookNs));
            }
        }

        if (least != ulong.MaxValue && (!IsArmed || now.Plus(least) < Deadline))
        {
            process.Host.Scheduler.Timers.Arm(this, now.Plus(least));
        }
    }

    private void Unlink(CpuTimer timer)
    {
        if (!timer.IsArmed)
        {
            return;
        }

        timer.IsArmed = false;
        if (_first == timer)
        {
            _first = timer.Next;
            return;
        }

        for (CpuTimer? before = _first; before != null; before = before.Next)
        {
            if (before.Next == timer)
            {
                before.Next = timer.Next;
                return;
            }
        }
    }

    private void WatchThreads(CpuTimeWatch? watch)
    {
        for (int i = 0; i < process.Threads.Count; i++)
        {
            process.Threads[i].Watch = watch;
        }
    }
}

using System;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>
/// The armed timers of a process on CPU time. As its clocks can at most keep pace with the time, the set is a timer itself, due when the first of its clocks that runs
/// now could get there; it looks then and sets itself again. While no thread of the process runs it does nothing.
/// Each clock has a queue of its timers, so that a look costs the same however many a program has.
/// </summary>
public sealed class CpuTimerSet(Process process) : CpuTimeWatch
{
    /// <summary>A clock of user time may be behind for long, and is measured by samples anyway.</summary>
    private const ulong UserLookNs = 1_000_000;
    private const ulong LookNs = 1000;

    private readonly CpuTimerQueue _ofProcess = new(new CpuClock(process));
    private readonly CpuTimerQueue _ofProgram = new(new CpuClock(process, isUserOnly: true));
    private int _armed;

    /// <summary>What a new thread's <see cref="KernelThread.Watch"/> is.</summary>
    internal CpuTimeWatch? WatchOfThreads => _armed == 0 ? null : this;

    /// <summary>Arms a timer of one of the process's clocks, moving it when it is armed already.</summary>
    [AllocationFree]
    public void Arm(CpuTimer timer, ulong dueNs)
    {
        CpuTimerQueue queue = QueueOf(timer);
        if (timer.IsArmed)
        {
            queue.Cancel(timer);
            _armed--;
        }

        queue.Arm(timer, dueNs);
        _armed++;
        if (_armed == 1)
        {
            WatchThreads(this);
        }

        Schedule(KernelThread.Current, Clock.Now);
    }

    /// <summary>Disarms a timer; nothing happens when it is not armed.</summary>
    [AllocationFree]
    public void Cancel(CpuTimer timer)
    {
        if (!timer.IsArmed)
        {
            return;
        }

        QueueOf(timer).Cancel(timer);
        if (--_armed == 0)
        {
            process.Host.Scheduler.Timers.Cancel(this);
            WatchThreads(null);
        }
    }

    public override void Expire(Instant now)
    {
        ExpireDue(_ofProcess);
        ExpireDue(_ofProgram);
        if (KernelThread.Current is UserThread running && running.Process == process)
        {
            ExpireDue(running.OwnTimers);
            ExpireDue(running.OwnProgramTimers);
        }

        Schedule(KernelThread.Current, now);
    }

    public override void Resume(KernelThread next, Instant now) => Schedule(next, now);

    /// <summary>A thread has ended: its clock stands still for ever.</summary>
    internal void Forget(UserThread thread)
    {
        CancelAll(thread.OwnTimers);
        CancelAll(thread.OwnProgramTimers);
    }

    private void CancelAll(CpuTimerQueue? queue)
    {
        while (queue?.First is { } timer)
        {
            Cancel(timer);
        }
    }

    private void ExpireDue(CpuTimerQueue? queue)
    {
        if (queue?.First == null)
        {
            return;
        }

        ulong at = queue.Clock.NowNs;
        while (queue.First is { } timer && timer.DueNs <= at)
        {
            Cancel(timer);
            timer.OnDue(at);
        }
    }

    private void Schedule(KernelThread running, Instant now)
    {
        if (running is not UserThread thread || thread.Process != process)
        {
            return;
        }

        ulong least = Math.Min(
            Math.Min(LookAfter(_ofProcess, LookNs), LookAfter(thread.OwnTimers, LookNs)),
            Math.Min(LookAfter(_ofProgram, UserLookNs), LookAfter(thread.OwnProgramTimers, UserLookNs)));
        if (least != ulong.MaxValue && (!IsArmed || now.Plus(least) < Deadline))
        {
            process.Host.Scheduler.Timers.Arm(this, now.Plus(least));
        }
    }

    private static ulong LookAfter(CpuTimerQueue? queue, ulong leastNs) =>
        queue?.First is { } first ? Math.Max(first.RemainingNs, leastNs) : ulong.MaxValue;

    private CpuTimerQueue QueueOf(CpuTimer timer) => timer.Clock switch
    {
        { Thread: null, IsUserOnly: false } => _ofProcess,
        { Thread: null } => _ofProgram,
        { Thread: { } thread, IsUserOnly: false } => thread.OwnTimers!, // made for the timer
        { Thread: { } thread } => thread.OwnProgramTimers!,
    };

    private void WatchThreads(CpuTimeWatch? watch)
    {
        for (int i = 0; i < process.Threads.Count; i++)
        {
            process.Threads[i].Watch = watch;
        }
    }
}

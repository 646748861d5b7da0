using System;
using Mote.Machine;

namespace Mote.Kernel.Tasks;

/// <summary>
/// A thread of the kernel: a context and its place in the scheduler. Threads that run a program derive from it; so do the
/// kernel's own workers. It is not preempted in kernel code and blocks by switching away.
/// </summary>
public abstract class KernelThread : ContextBody
{
    private readonly CpuContext _context;

    /// <summary>Makes the boot context a thread (the idle thread).</summary>
    protected KernelThread(Scheduler scheduler, CpuContext adopted)
    {
        Scheduler = scheduler;
        Waiter = new ThreadWaiter(this);
        SleepTimer = new SleepTimer(this);
        _context = adopted;
        _context.Owner = this;
    }

    /// <summary>Makes a new thread on a context of its own from <see cref="ContextSlot.TryCreate"/>.</summary>
    protected KernelThread(Scheduler scheduler, ContextSlot slot)
    {
        Scheduler = scheduler;
        Waiter = new ThreadWaiter(this);
        SleepTimer = new SleepTimer(this);
        slot.Bind(this);
        _context = slot.Context;
        _context.Owner = this;
    }

    /// <summary>The thread that runs now.</summary>
    public static KernelThread Current =>
        CpuContext.Current.Owner as KernelThread ?? throw new InvalidOperationException("No thread runs.");

    public Scheduler Scheduler { get; }

    public CpuContext Context => _context;

    public ThreadState State { get; internal set; }

    /// <summary>CPU time used so far in nanoseconds, up to the last switch away.</summary>
    public ulong CpuTimeNs { get; internal set; }

    /// <summary>Samples that found the thread in its program (<see cref="Scheduler.SampleNs"/>).</summary>
    public ulong UserSamples { get; internal set; }

    /// <summary>Samples that found it in the kernel.</summary>
    public ulong SystemSamples { get; internal set; }

    /// <summary>How often it gave the CPU up to wait.</summary>
    public ulong VoluntarySwitches { get; internal set; }

    /// <summary>How often it made way for another while it could have gone on.</summary>
    public ulong InvoluntarySwitches { get; internal set; }

    /// <summary>Told when the thread is given the CPU; null is nobody.</summary>
    public CpuTimeWatch? Watch { get; set; }

    /// <summary>When the thread was last given the CPU.</summary>
    public Instant RunningSince { get; internal set; }

    /// <summary>Set by <see cref="Interrupt"/>: interruptible waits end at once until it is cleared (when signals have been looked at).</summary>
    public bool IsInterruptPending { get; set; }

    /// <summary>Whether the thread ends as soon as it is back from the kernel: a signal that ends it is pending.</summary>
    public virtual bool MustEnd => false;

    /// <summary>Whether the deadlines that the thread waits for now stand for times of the wall clock.</summary>
    public bool WaitsForWallClock
    {
        get => SleepTimer.IsFollowing;
        set
        {
            if (value)
            {
                Scheduler.Timers.Follow(SleepTimer);
            }
            else
            {
                Scheduler.Timers.Unfollow(SleepTimer);
            }
        }
    }

    /// <summary>Whether it waits for something other than the CPU.</summary>
    public bool IsWaiting => (State == ThreadState.Held ? HeldIn : State) is ThreadState.Sleeping or ThreadState.SleepingUninterruptibly;

    /// <summary>What it would be if it were not <see cref="ThreadState.Held"/>.</summary>
    internal ThreadState HeldIn { get; set; }

    internal ThreadWaiter Waiter { get; }

    internal KernelThread? NextReady { get; set; }

    internal WaitResult Outcome { get; set; }

    internal SleepTimer SleepTimer { get; }

    /// <summary>Ends an interruptible wait with <see cref="WaitResult.Interrupted"/>, now or at the next one.</summary>
    public void Interrupt()
    {
        IsInterruptPending = true;
        if (State == ThreadState.Sleeping)
        {
            Scheduler.WakeWith(this, WaitResult.Interrupted);
        }
    }
}

using System;
using System.Runtime.CompilerServices;
using Mote.Machine;

namespace Mote.Kernel.Tasks;

/// <summary>
/// Gives the CPU to threads in turn: a first-in, first-out run queue with a time slice, an idle thread for when it is empty. A thread gives
/// the CPU up by sleeping, yielding or exiting; a program is preempted when its slice ends, at the trap that the timer causes.
/// </summary>
public sealed partial class Scheduler
{
    /// <summary>How long a program runs while others are ready, in nanoseconds.</summary>
    public const ulong SliceNs = 4_000_000;

    /// <summary>CPU time between two looks at whether the program or the kernel uses it, in nanoseconds: what divides CPU time into user and system time.</summary>
    public const ulong SampleNs = 10_000_000;

    /// <summary>The longest time between two looks at a thread that has the CPU for itself and was in its program at each: ever longer up to this, in nanoseconds.</summary>
    private const ulong LongestSampleNs = 64 * SampleNs;

    /// <summary>
    /// A sample of the kernel's time stands for at most that part of the thread's: each look is an exit to a hypervisor, and a server
    /// that waits for most of the time would be woken for them.
    /// </summary>
    private const ulong ShareParts = 16;

    /// <summary>Samples between two calls of <see cref="TranslationCache.Refresh"/>, a power of two.</summary>
    private const uint SamplesToRefresh = 16;

    /// <summary>Until the machine's first sample; many a program is over before it.</summary>
    private static ulong FirstSampleNs => TranslationCache.NeedsRefresh ? SampleNs : 4 * SampleNs;

    private readonly TimerQueue _timers = new();
    private KernelThread? _firstReady;
    private KernelThread? _lastReady;
    private KernelThread? _idle;
    private KernelThread? _dead;
    private Instant _armed = Instant.Never;
    private Instant _sliceEnd = Instant.Never;
    private Instant _lastLook;
    private Instant _sampleAt = new(FirstSampleNs);
    private ulong _untilSampleNs = FirstSampleNs;
    private readonly LoadAverage _load = new();
    private int _readyCount;
    private ulong _samples;
    private ulong _sampleSpanNs = FirstSampleNs;
    private SampleState _sampleState = TranslationCache.NeedsRefresh ? SampleState.Armed : SampleState.First;

    /// <summary>Timers of all kinds; expired from <see cref="HandleInterrupts"/>.</summary>
    public TimerQueue Timers => _timers;

    /// <summary>Called when the machine stood still for a while (<see cref="Clock.TakeStopped"/>), before timers are looked at.</summary>
    public InterruptHandler? Resumed { get; set; }

    /// <summary>The thread that runs.</summary>
    public KernelThread Running => KernelThread.Current;

    /// <summary>Threads that run or wait for the CPU.</summary>
    public int Active => _readyCount + (Running == _idle ? 0 : 1);

    /// <summary>The load averages up to now.</summary>
    public LoadAverage Load
    {
        get
        {
            _load.Account(Clock.Now, Active);
            return _load;
        }
    }

    /// <summary>How long the CPU has been halted because there was nothing to do, in nanoseconds.</summary>
    public ulong IdleNs { get; private set; }

    /// <summary>Context switches since start.</summary>
    public ulong Switches { get; private set; }

    /// <summary>Makes the current (boot) context's thread the one that runs when no other can.</summary>
    public void AdoptIdle(KernelThread idle)
    {
        _idle = idle;
        idle.State = ThreadState.Runnable;
        idle.RunningSince = Clock.Now;
    }

    /// <summary>Puts a new thread into the run queue.</summary>
    public void Start(KernelThread thread)
    {
        if (thread.State != ThreadState.New)
        {
            throw new InvalidOperationException("The thread has been started already.");
        }

        thread.State = ThreadState.Runnable;
        Enqueue(thread);
    }

    /// <summary>Ends a thread's sleep. False when it was not asleep.</summary>
    [AllocationFree]
    public bool Wake(KernelThread thread) => WakeWith(thread, WaitResult.Woken);

    /// <summary>Gives the others a turn.</summary>
    [AllocationFree]
    public void Yield()
    {
        if (_firstReady == null)
        {
            return;
        }

        Enqueue(Running);
        SwitchAway();
    }

    /// <summary>Sleeps the current thread until <see cref="Wake"/>, the deadline or, if it may, an interruption. What it waits for must be queued already.</summary>
    [AllocationFree]
    public WaitResult Sleep(Instant deadline, bool isInterruptible)
    {
        KernelThread thread = Running;
        if (isInterruptible && thread.IsInterruptPending)
        {
            return WaitResult.Interrupted;
        }

        if (!deadline.IsNever)
        {
            if (deadline <= Clock.Now)
            {
                return WaitResult.TimedOut;
            }

            _timers.Arm(thread.SleepTimer, deadline);
        }

        thread.State = isInterruptible ? ThreadState.Sleeping : ThreadState.SleepingUninterruptibly;
        SwitchAway();
        _timers.Cancel(thread.SleepTimer);

        return thread.Outcome;
    }

    /// <summary>Lets interrupts and, when the slice has ended, other threads have their turn in the middle of long work.</summary>
    [AllocationFree]
    public void GiveWay()
    {
        HandleInterrupts();
        if (_firstReady == null)
        {
            return;
        }

        if (_sliceEnd.IsNever)
        {
            _sliceEnd = Clock.Now.Plus(SliceNs);
        }
        else if (IsPreemptionDue)
        {
            Yield();
        }
    }

    /// <summary>Ends the current thread for good. Its context is reclaimed by whoever runs next. Never returns.</summary>
    [AllocationFree]
    public void Exit()
    {
        KernelThread thread = Running;
        thread.State = ThreadState.Exited;
        _timers.Cancel(thread.SleepTimer);

        // A thread that ran for the first time has not looked after the one that exited before it.
        Reap();
        _dead = thread;
        SwitchAway();
        throw new InvalidOperationException("An exited thread was run.");
    }

    /// <summary>Takes what interrupts are pending: device handlers run, due timers expire. Call after a trap and when idle ends.</summary>
    [AllocationFree]
    public void HandleInterrupts()
    {
        if (Interrupts.Dispatch())
        {
            _armed = Instant.Never;
        }

        if (Clock.TakeStopped())
        {
            Resumed?.Handle();
        }

        _lastLook = Clock.Now;
        _timers.ExpireDue(_lastLook);
        _timers.IsArmingDue = true;
    }

    /// <summary>Counts what the running thread was doing, when a sample is due. Call after <see cref="HandleInterrupts"/>.</summary>
    [AllocationFree]
    public void TrySample(bool isInKernel)
    {
        if (_lastLook < _sampleAt)
        {
            return;
        }

        Sample(Running, isInKernel && _sampleState == SampleState.Armed, _lastLook);
        _sampleState = TranslationCache.NeedsRefresh ? SampleState.Armed : SampleState.Taken;
    }

    /// <summary>Whether the current thread has used up its slice and another is ready.</summary>
    public bool IsPreemptionDue => _firstReady != null && Clock.Now >= _sliceEnd;

    /// <summary>Whether something has changed since <see cref="ArmForUser"/>: the run queue, the thread that runs, the first timer.</summary>
    public bool IsArmingDue
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _timers.IsArmingDue;
    }

    /// <summary>
    /// Sets the hardware timer for what comes first: a timer or, when others are ready, the end of the slice. Call before entering the program
    /// when <see cref="IsArmingDue"/>.
    /// </summary>
    [AllocationFree]
    public void ArmForUser()
    {
        _timers.IsArmingDue = false;
        if (_firstReady == null)
        {
            _sliceEnd = Instant.Never;
            ArmAlone();
            return;
        }

        ArmSample();
        if (_sliceEnd.IsNever)
        {
            _sliceEnd = Clock.Now.Plus(SliceNs);
        }

        ArmAt(Earlier(Earlier(_timers.Earliest, _sliceEnd), _sampleAt));
    }

    /// <summary>
    /// Arms the timer for a thread that has the CPU for itself. After a sample the next one is only armed when the program has entered the kernel
    /// since: one that computes is left alone, and its time is its own.
    /// </summary>
    private void ArmAlone()
    {
        if (_sampleState == SampleState.Taken)
        {
            // The way back from the sample's interrupt; the next way back to the program comes from an entry of its own.
            _sampleState = SampleState.Waiting;
            _timers.IsArmingDue = true;
            ArmAt(_timers.Earliest);
            return;
        }

        if (_sampleState == SampleState.First && Clock.Now < _sampleAt)
        {
            _timers.IsArmingDue = true;
            ArmAt(_timers.Earliest);
            return;
        }

        ArmSample();
        ArmAt(Earlier(_timers.Earliest, _sampleAt));
    }

    /// <summary>Has the next sample be waited for. What has passed without one until this entry was the program's.</summary>
    private void ArmSample()
    {
        if (_sampleState == SampleState.Armed)
        {
            return;
        }

        Instant now = Clock.Now;
        if (_sampleAt <= now)
        {
            Sample(Running, isInKernel: false, now);
        }

        _sampleState = SampleState.Armed;
    }

    /// <summary>The idle thread's loop: run what is ready, else halt until an interrupt. Returns when <paramref name="isDone"/> says so.</summary>
    public void RunIdle(Func<bool> isDone)
    {
        while (!isDone())
        {
            HandleInterrupts();
            if (_firstReady != null)
            {
                SwitchAway();
                continue;
            }

            if (KernelHeap.IsDue)
            {
                _ = KernelHeap.Prepare(reserves: false);
            }

            ArmAt(_timers.Earliest);
            Instant halted = Clock.Now;
            Interrupts.WaitForAny();
            IdleNs += Clock.Now.Since(halted);
        }
    }

    internal bool WakeWith(KernelThread thread, WaitResult outcome)
    {
        if (thread.State is not (ThreadState.Sleeping or ThreadState.SleepingUninterruptibly))
        {
            return thread.State == ThreadState.Held && WakeHeld(thread, outcome);
        }

        thread.State = ThreadState.Runnable;
        thread.Outcome = outcome;
        Enqueue(thread);
        return true;
    }

    private void Enqueue(KernelThread thread)
    {
        if (thread == _idle)
        {
            return;
        }

        thread.NextReady = null;
        _readyCount++;
        if (_lastReady == null)
        {
            _firstReady = thread;
        }
        else
        {
            _lastReady.NextReady = thread;
        }

        _lastReady = thread;
        _timers.IsArmingDue = true;
    }

    private KernelThread Dequeue()
    {
        KernelThread? thread = _firstReady;
        if (thread == null)
        {
            return _idle ?? throw new InvalidOperationException("The scheduler has no idle thread.");
        }

        _readyCount--;
        _firstReady = thread.NextReady;
        if (_firstReady == null)
        {
            _lastReady = null;
        }

        thread.NextReady = null;
        return thread;
    }

    private void SwitchAway()
    {
        KernelThread previous = Running;
        KernelThread next = Dequeue();
        if (next == previous)
        {
            return;
        }

        Instant now = Clock.Now;
        if (_load.IsDue(now))
        {
            // While the idle thread had the CPU nobody wanted it; else one thread ran and the others waited.
            _load.Account(now, previous == _idle ? 0 : 1 + _readyCount);
        }

        previous.CpuTimeNs += now.Since(previous.RunningSince);
        if (previous.State == ThreadState.Runnable)
        {
            previous.InvoluntarySwitches++;
        }
        else
        {
            previous.VoluntarySwitches++;
        }

        next.RunningSince = now;
        CarrySample(previous, next, now);
        next.Watch?.Resume(next, now);
        _sliceEnd = Instant.Never;
        _timers.IsArmingDue = true;
        Switches++;
        CpuContext.SwitchTo(next.Context);

        // Back on this thread, possibly much later: the one that ran before it may have exited.
        Reap();
    }

    /// <summary>A sample that became due in the kernel is the thread's that leaves the CPU; while idle, the time to the next one stands still.</summary>
    private void CarrySample(KernelThread previous, KernelThread next, Instant now)
    {
        if (previous == _idle)
        {
            _sampleAt = now.Plus(_untilSampleNs);
            return;
        }

        if (now >= _sampleAt)
        {
            Sample(previous, isInKernel: _sampleState == SampleState.Armed, now);
        }

        _sampleState = SampleState.Armed;

        if (next == _idle)
        {
            _untilSampleNs = _sampleAt.Since(now);
        }
        else
        {
            // Threads that take turns are looked at often enough to tell them apart.
            _sampleSpanNs = SampleNs;
            _sampleAt = Earlier(_sampleAt, now.Plus(SampleNs));
        }
    }

    /// <summary>Counts what a thread has been doing since the last sample, a sample's length at a time.</summary>
    private void Sample(KernelThread thread, bool isInKernel, Instant now)
    {
        ulong count = Math.Max(1, (_sampleSpanNs + now.Since(_sampleAt)) / SampleNs);
        if (((_samples ^ (_samples + count)) & ~(ulong)(SamplesToRefresh - 1)) != 0)
        {
            TranslationCache.Refresh();
        }

        _samples += count;
        bool isAlone = _firstReady == null && !TranslationCache.NeedsRefresh;
        if (isInKernel)
        {
            thread.SystemSamples += count;
            _sampleSpanNs = isAlone ? Math.Clamp(thread.CpuTimeNs / ShareParts, SampleNs, LongestSampleNs) : SampleNs;
        }
        else
        {
            thread.UserSamples += count;
            _sampleSpanNs = isAlone ? Math.Min(_sampleSpanNs * 2, LongestSampleNs) : SampleNs;
        }

        _sampleAt = now.Plus(_sampleSpanNs);
    }

    /// <summary>What becomes of the next sample.</summary>
    private enum SampleState
    {
        /// <summary>The timer is set for it, or for something earlier.</summary>
        Armed,

        /// <summary>The machine's first, for which no timer is set.</summary>
        First,

        /// <summary>The last one has just been taken.</summary>
        Taken,

        /// <summary>Nobody waits for it until the program enters the kernel.</summary>
        Waiting,
    }

    private static Instant Earlier(Instant left, Instant right) => left < right ? left : right;

    private void Reap()
    {
        KernelThread? dead = _dead;
        if (dead != null && dead != Running)
        {
            _dead = null;
            dead.Context.Release();
        }
    }

    private void ArmAt(Instant deadline)
    {
        // A timer that fires too early only causes a look; re-arming is an exit to the hypervisor, so an earlier one is left alone.
        // One whose time has passed is pending, and HandleInterrupts forgets it when it is taken.
        if (_armed <= deadline)
        {
            return;
        }

        _armed = deadline;
        Clock.Arm(deadline);
    }
}

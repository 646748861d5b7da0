using System;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>
/// A timer of timer_create(2): sends a signal to the process or one thread, or nothing at all. When it has expired, it starts again only as its signal is taken,
/// and what it missed until then is that signal's overrun (posixtimer_rearm).
/// </summary>
public sealed class PosixTimer : TimerNode
{
    private readonly Process _process;
    private readonly OnCpuTime? _cpu;
    private ulong _dueNs;
    private bool _isStarted;

    /// <summary>A timer of a process; null is no clock of CPU time.</summary>
    public PosixTimer(Process process, CpuClock? clock)
    {
        _process = process;
        _cpu = clock is CpuClock known ? new OnCpuTime(this, known) : null;
    }

    public int Id { get; internal set; }

    /// <summary>The clock's number, for absolute times.</summary>
    public int ClockId { get; init; }

    /// <summary>Whether its clock is one of CPU time.</summary>
    public bool IsOnCpuTime => _cpu != null;

    /// <summary>The signal; <see cref="Signal.None"/> for SIGEV_NONE.</summary>
    public Signal Signal { get; init; }

    /// <summary>sigev_value.</summary>
    public ulong Value { get; set; }

    /// <summary>The thread that gets the signal (SIGEV_THREAD_ID); null is the process.</summary>
    public UserThread? Thread { get; init; }

    /// <summary>Where its signal waits.</summary>
    public SignalQueue Queue => Thread?.PendingSignals ?? _process.PendingSignals;

    public ulong IntervalNs { get; private set; }

    /// <summary>Expirations that the signal taken last stood for, beyond its own.</summary>
    public int Overrun { get; private set; }

    /// <summary>Its clock's time: CPU time, or nanoseconds since the machine started.</summary>
    public ulong NowNs => _cpu != null ? _cpu.Clock.NowNs : Clock.Now.Nanoseconds;

    /// <summary>Nanoseconds until it expires next; zero when it is off.</summary>
    public ulong RemainingNs
    {
        get
        {
            if (!_isStarted)
            {
                return 0;
            }

            ulong now = NowNs;
            ulong due = now >= _dueNs && IntervalNs != 0 ? _dueNs + (Missed(now) * IntervalNs) : _dueNs;
            return due > now ? due - now : IsSet ? 1UL : 0;
        }
    }

    private bool IsSet => _cpu != null ? _cpu.IsArmed : IsArmed;

    /// <summary>Starts it for a time of its clock. A signal of its that nobody has taken yet is gone. With <paramref name="isWall"/> the time stands for one of the wall clock.</summary>
    public void Start(ulong dueNs, ulong intervalNs, bool isWall)
    {
        Stop();
        if (isWall)
        {
            _process.Host.Scheduler.Timers.Follow(this);
        }

        IntervalNs = intervalNs;
        _dueNs = dueNs;
        Set();
    }

    public void Stop()
    {
        _isStarted = false;
        IntervalNs = 0;
        Overrun = 0;
        _process.Host.Scheduler.Timers.Cancel(this);
        _process.Host.Scheduler.Timers.Unfollow(this);
        if (_cpu != null)
        {
            _process.CpuTimers.Cancel(_cpu);
        }

        Queue.Remove(this);
    }

    public override void OnWallClockSet(long shiftNs) => _dueNs = new Instant(_dueNs).Shifted(shiftNs).Nanoseconds;

    public override void Expire(Instant now) => Tell();

    /// <summary>Queues the signal.</summary>
    private void Tell()
    {
        if (Signal == Signal.None)
        {
            // Nobody is told: how it would have gone on is reckoned when somebody asks.
            return;
        }

        SignalInfo info = new() { Number = (int)Signal, Code = SignalInfo.Timer, Word0 = (uint)Id, Word1 = Value };
        bool isQueued = Thread != null ? Thread.SendFromTimer(in info, this) : _process.SendFromTimer(in info, this);
        if (!isQueued)
        {
            GoOn();
        }
    }

    /// <summary>Where its signal stands in the queue that it is in; zero is nowhere.</summary>
    internal int QueuePlace { get; set; }

    /// <summary>Its signal is about to be delivered.</summary>
    internal void OnTaken(ref SignalInfo info)
    {
        Overrun = IntervalNs == 0 ? 0 : (int)Math.Min(Missed(NowNs) - 1, int.MaxValue);
        info.Word0 = (uint)Id | ((ulong)(uint)Overrun << 32);
        GoOn();
    }

    /// <summary>Its signal has come to be ignored.</summary>
    internal void OnDropped() => GoOn();

    private void GoOn()
    {
        if (IntervalNs != 0)
        {
            _dueNs += Missed(NowNs) * IntervalNs;
            Set();
        }
    }

    /// <summary>Intervals from the time it was due until it is due next; at least one.</summary>
    private ulong Missed(ulong nowNs) => 1 + ((nowNs > _dueNs ? nowNs - _dueNs : 0) / IntervalNs);

    private void Set()
    {
        _isStarted = true;
        if (_cpu != null)
        {
            _process.CpuTimers.Arm(_cpu, _dueNs);
        }
        else
        {
            _process.Host.Scheduler.Timers.Arm(this, new Instant(Math.Min(_dueNs, ulong.MaxValue - 1)));
        }
    }

    private sealed class OnCpuTime(PosixTimer timer, CpuClock clock) : CpuTimer(clock)
    {
        public override void OnDue(ulong nowNs) => timer.Tell();
    }
}

using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>A timer of a process that sends a signal: alarm(2), setitimer(2) with ITIMER_REAL, timer_create(2).</summary>
public sealed class ProcessTimer(Process process, int id) : TimerNode
{
    /// <summary>The number that timer_create(2) gave.</summary>
    public int Id { get; } = id;

    /// <summary>What is sent; <see cref="Signal.None"/> for SIGEV_NONE.</summary>
    public Signal Signal { get; init; } = Signal.SIGALRM;

    /// <summary>si_value.</summary>
    public ulong Value { get; init; }

    /// <summary>The thread that gets the signal (SIGEV_THREAD_ID); null is the process.</summary>
    public UserThread? Target { get; init; }

    /// <summary>Whether the clock is the wall clock.</summary>
    public bool IsWallClock { get; init; }

    /// <summary>si_code: SI_TIMER for timer_create, SI_KERNEL for the others.</summary>
    public int Code { get; init; } = SignalInfo.Kernel;

    /// <summary>Period in nanoseconds; zero is once.</summary>
    public ulong IntervalNs { get; private set; }

    /// <summary>Expirations since the signal was last taken, beyond the one that it reports.</summary>
    public int Overruns { get; private set; }

    /// <summary>Nanoseconds until it expires; zero when not armed.</summary>
    public ulong RemainingNs => IsArmed ? System.Math.Max(Deadline.Since(Clock.Now), 1) : 0;

    /// <summary>Arms it for a time, then every <paramref name="intervalNs"/>; <see cref="Instant.Never"/> stops it.</summary>
    public void Set(Instant deadline, ulong intervalNs)
    {
        IntervalNs = intervalNs;
        Overruns = 0;
        process.Host.Scheduler.Timers.Arm(this, deadline);
    }

    public override void Expire(Instant now)
    {
        Instant due = Clock.Now;
        if (IntervalNs != 0)
        {
            // Periods that passed unseen are overruns, not signals.
            process.Host.Scheduler.Timers.Arm(this, due.Plus(IntervalNs));
        }

        if (Signal == Signal.None || process.HasExited)
        {
            return;
        }

        PendingSignals queue = Target?.Pending ?? process.Pending;
        if (queue.Set.Contains(Signal))
        {
            Overruns++;
            return;
        }

        SignalInfo info = new()
        {
            Number = (int)Signal,
            Code = Code,
            Word0 = unchecked((uint)Id) | ((ulong)(uint)Overruns << 32),
            Word1 = Value,
        };
        Overruns = 0;
        _ = Target != null ? Target.Send(in info) : process.Send(in info); // a full queue loses it, as an overrun
    }
}

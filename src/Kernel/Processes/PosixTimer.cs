using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>A timer of timer_create(2): sends a signal to the process or one thread, or nothing at all.</summary>
public sealed class PosixTimer : TimerNode
{
    private readonly Process _process;

    public PosixTimer(Process process) => _process = process;

    public int Id { get; internal set; }

    /// <summary>Whether its times are wall-clock ones.</summary>
    public bool IsWall { get; init; }

    /// <summary>The signal; <see cref="Signal.None"/> for SIGEV_NONE.</summary>
    public Signal Signal { get; init; }

    /// <summary>sigev_value.</summary>
    public ulong Value { get; set; }

    /// <summary>The thread that gets the signal (SIGEV_THREAD_ID); null is the process.</summary>
    public UserThread? Thread { get; init; }

    /// <summary>Where its signal waits.</summary>
    public SignalQueue Queue => Thread?.PendingSignals ?? _process.PendingSignals;

    public ulong IntervalNs { get; set; }

    /// <summary>Expirations since the last signal, beyond the one it stands for.</summary>
    public int Overrun { get; private set; }

    public override void Expire(Instant now)
    {
        if (IntervalNs != 0)
        {
            Instant next = now.Plus(IntervalNs);
            _process.Host.Scheduler.Timers.Arm(this, next);
        }

        if (Signal == Signal.None)
        {
            return;
        }

        if (Queue.Set.Contains(Signal))
        {
            Overrun++;
            return;
        }

        SignalInfo info = new()
        {
            Number = (int)Signal,
            Code = SignalInfo.Timer,
            Word0 = (uint)Id | ((ulong)(uint)Overrun << 32),
            Word1 = Value,
        };
        Overrun = 0;
        _ = Thread != null ? Thread.Send(in info) : _process.Send(in info); // a full queue loses it, as on Linux
    }
}

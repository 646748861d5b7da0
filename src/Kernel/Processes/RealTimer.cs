using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>
/// A process's one timer that sends SIGALRM: alarm(2) and setitimer(2) with ITIMER_REAL. When it has expired, it starts again as its signal is taken (Linux: it_real_fn): a timer of a
/// microsecond whose signal is blocked would leave the program no time at all.
/// </summary>
public sealed class RealTimer(Process process) : TimerNode
{
    private Instant _due;
    private bool _isLapsed;

    /// <summary>Nanoseconds between expirations; zero is once.</summary>
    public ulong IntervalNs { get; private set; }

    /// <summary>Nanoseconds until it expires; zero when it is off.</summary>
    public ulong RemainingNs => IsArmed || _isLapsed ? System.Math.Max(1, (_isLapsed ? Next(Clock.Now) : Deadline).Since(Clock.Now)) : 0;

    /// <summary>Starts it; a first time of zero stops it.</summary>
    public void Start(ulong firstNs, ulong intervalNs)
    {
        Stop();
        IntervalNs = intervalNs;
        if (firstNs != 0)
        {
            _due = Clock.Now.Plus(firstNs);
            process.Host.Scheduler.Timers.Arm(this, _due);
        }
    }

    public void Stop()
    {
        _isLapsed = false;
        process.Host.Scheduler.Timers.Cancel(this);
    }

    public override void Expire(Instant now)
    {
        _ = process.Send(new SignalInfo { Number = (int)Signal.SIGALRM, Code = SignalInfo.Kernel }); // SIGALRM does not queue: it cannot fail
        _isLapsed = IntervalNs != 0;
    }

    /// <summary>SIGALRM was taken. Expirations that were missed are forgotten, and the rhythm is kept.</summary>
    internal void OnSignalTaken()
    {
        if (_isLapsed)
        {
            _isLapsed = false;
            _due = Next(Clock.Now);
            process.Host.Scheduler.Timers.Arm(this, _due);
        }
    }

    private Instant Next(Instant now) => _due.Plus((1 + (now.Since(_due) / IntervalNs)) * IntervalNs);
}

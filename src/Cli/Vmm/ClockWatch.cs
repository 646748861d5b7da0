using System;
using System.Diagnostics;
using System.Threading;

namespace Mote.Cli.Vmm;

/// <summary>
/// Tells the kernel the time anew when this computer's clock has jumped: it was set, or the computer slept, which the machine's own clock
/// does not see.
/// </summary>
internal sealed class ClockWatch : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    /// <summary>More than ntpd's slewing (500 ppm) and the delay of a busy computer between two readings.</summary>
    private static readonly TimeSpan s_jump = TimeSpan.FromMilliseconds(100);

    private readonly Action _onJump;
    private readonly Timer _timer;
    private TimeSpan _difference = Difference();

    public ClockWatch(Action onJump)
    {
        _onJump = onJump;
        _timer = new Timer(_ => Look(), null, s_pause, s_pause);
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>
    /// By how much the time of day is ahead of the clock that nobody sets and that stands still while the computer sleeps
    /// (CLOCK_MONOTONIC).
    /// </summary>
    private static TimeSpan Difference() => DateTime.UtcNow - DateTime.UnixEpoch - Stopwatch.GetElapsedTime(0);

    private void Look()
    {
        TimeSpan now = Difference();
        if ((now - _difference).Duration() >= s_jump)
        {
            _onJump();
        }

        _difference = now;
    }
}

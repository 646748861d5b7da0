using System;
using System.Threading;

namespace Mote.Cli.Vmm;

/// <summary>
/// Ends a machine as an init system ends a service: the program gets a signal and time to finish, then SIGKILL; when even that does not
/// end the machine, it is switched off. A machine
/// that nobody listens in yet is switched off at once.
/// </summary>
/// <param name="patience">How long the program has.</param>
/// <param name="stopSignal">What the program gets instead of the signal that the tool got; <c>null</c> for the same.</param>
internal sealed class OrderlyEnd(MachineRun run, TimeSpan patience, int? stopSignal) : IDisposable
{
    public const int HangUp = 1;
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>How long the kernel has to end the program, take what it has sent and written, and power off.</summary>
    private static readonly TimeSpan s_killGrace = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private Timer? _timer;
    private int _interrupts;
    private bool _isDisposed;

    /// <summary>Whether the program was killed because its time was over.</summary>
    public bool HasKilled { get; private set; }

    /// <summary>The tool got a signal. The second SIGINT, of somebody who does not want to wait, switches the machine off.</summary>
    public void OnSignal(int signal)
    {
        if (signal == Interrupt && Interlocked.Increment(ref _interrupts) > 1)
        {
            run.Stop(128 + signal);
            return;
        }

        Begin(signal, 128 + signal);
        if (signal == HangUp && stopSignal is null)
        {
            // Nobody is there any more, but to many servers SIGHUP means to read their configuration again; systemd sends both, too
            // (SendSIGHUP= in systemd.kill(5)).
            _ = run.SendControl(Line(Terminate));
        }
    }

    /// <summary>Begins the end; a later call sends its signal and changes nothing else.</summary>
    /// <param name="signal">What the program gets unless the image or the user named another.</param>
    /// <param name="status">The outcome's status when the machine has to be switched off.</param>
    public void Begin(int signal, int status)
    {
        if (!run.SendControl(Line(stopSignal ?? signal)))
        {
            run.Stop(status);
            return;
        }

        lock (_lock)
        {
            if (!_isDisposed)
            {
                _timer ??= new Timer(_ => KillProgram(status), null, patience, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _timer?.Dispose();
        }
    }

    private static string Line(int signal) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"signal {signal}");

    private void KillProgram(int status)
    {
        lock (_lock)
        {
            if (!_isDisposed)
            {
                HasKilled = true;
                _ = run.SendControl(Line(Kill)); // when it cannot be sent, the machine is at its end
                _timer = new Timer(_ => run.Stop(status), null, s_killGrace, Timeout.InfiniteTimeSpan);
            }
        }
    }
}

using System;
using System.Runtime.InteropServices;
using Mote.Cli.Vmm;

namespace Mote.Cli.Terminals;

/// <summary>
/// The tool as a job of a shell. When the program in the machine stops (Ctrl-Z), so does the tool, by SIGTSTP, which the kernel drops where no shell would continue it; when the
/// tool is continued, so is the program.
/// </summary>
internal sealed class ShellJob : IDisposable
{
    private const int Stop = 20;

    private readonly MachineRun _run;
    private readonly HostTerminal? _terminal;
    private readonly PosixSignalRegistration _continued;
    private readonly PosixSignalRegistration _resized;

    /// <param name="terminal">The terminal that the machine has, or null.</param>
    public ShellJob(MachineRun run, HostTerminal? terminal)
    {
        _run = run;
        _terminal = terminal;
        _continued = PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => OnContinued());
        _resized = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => SendSize());
    }

    /// <summary>The kernel says that the program has stopped.</summary>
    public void OnProgramStopped()
    {
        _terminal?.Restore();
        _ = kill(Environment.ProcessId, Stop); // a signal to itself cannot fail
    }

    public void Dispose()
    {
        _continued.Dispose();
        _resized.Dispose();
    }

    private void OnContinued()
    {
        _terminal?.MakeRaw();
        SendSize();
        _run.SendTime();
        _run.SendControl("continue");
    }

    private void SendSize()
    {
        if (_terminal is not null)
        {
            (ushort rows, ushort columns) = HostTerminal.Size;
            _run.SendControl(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"size {rows} {columns}"));
        }
    }

    [DllImport("libc")]
    private static safe extern int kill(int process, int signal);
}

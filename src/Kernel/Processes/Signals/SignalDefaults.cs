using Mote.Abi.Linux;

namespace Mote.Kernel.Processes;

/// <summary>What signals do by default (signal(7), "Standard signals").</summary>
public static class SignalDefaults
{
    private static readonly SignalSet s_ignored =
        SignalSet.Of(Signal.SIGCHLD) | SignalSet.Of(Signal.SIGCONT) | SignalSet.Of(Signal.SIGURG) | SignalSet.Of(Signal.SIGWINCH);

    private static readonly SignalSet s_stopping =
        SignalSet.Of(Signal.SIGSTOP) | SignalSet.Of(Signal.SIGTSTP) | SignalSet.Of(Signal.SIGTTIN) | SignalSet.Of(Signal.SIGTTOU);

    private static readonly SignalSet s_core =
        SignalSet.Of(Signal.SIGQUIT) | SignalSet.Of(Signal.SIGILL) | SignalSet.Of(Signal.SIGTRAP) | SignalSet.Of(Signal.SIGABRT) | SignalSet.Of(Signal.SIGBUS)
        | SignalSet.Of(Signal.SIGFPE) | SignalSet.Of(Signal.SIGSEGV) | SignalSet.Of(Signal.SIGXCPU) | SignalSet.Of(Signal.SIGXFSZ) | SignalSet.Of(Signal.SIGSYS);

    /// <summary>Nothing happens.</summary>
    public static bool IsIgnored(Signal signal) => s_ignored.Contains(signal);

    /// <summary>The process stops until SIGCONT.</summary>
    public static bool IsStopping(Signal signal) => s_stopping.Contains(signal);

    /// <summary>All signals of <see cref="IsStopping"/>.</summary>
    public static SignalSet Stopping => s_stopping;

    /// <summary>It ends with a core dump: here with a report.</summary>
    public static bool DumpsCore(Signal signal) => s_core.Contains(signal);
}

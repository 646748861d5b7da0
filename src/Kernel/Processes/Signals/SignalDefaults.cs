using Mote.Abi.Linux;

namespace Mote.Kernel.Processes;

/// <summary>What a signal does to a program that does not handle it (signal(7), "Standard signals").</summary>
internal enum DefaultAction
{
    Terminate,
    DumpCore,
    Ignore,
    Stop,
    Continue,
}

/// <summary>The table of default actions.</summary>
internal static class SignalDefaults
{
    /// <summary>Signals that a faulting instruction raises: delivered before others.</summary>
    internal static readonly SignalSet Synchronous =
        SignalSet.Of(Signal.SIGSEGV) | SignalSet.Of(Signal.SIGBUS) | SignalSet.Of(Signal.SIGILL)
        | SignalSet.Of(Signal.SIGTRAP) | SignalSet.Of(Signal.SIGFPE) | SignalSet.Of(Signal.SIGSYS);

    internal static readonly SignalSet Stops =
        SignalSet.Of(Signal.SIGSTOP) | SignalSet.Of(Signal.SIGTSTP) | SignalSet.Of(Signal.SIGTTIN) | SignalSet.Of(Signal.SIGTTOU);

    internal static DefaultAction Of(Signal signal) => signal switch
    {
        Signal.SIGCHLD or Signal.SIGURG or Signal.SIGWINCH => DefaultAction.Ignore,
        Signal.SIGCONT => DefaultAction.Continue,
        Signal.SIGSTOP or Signal.SIGTSTP or Signal.SIGTTIN or Signal.SIGTTOU => DefaultAction.Stop,
        Signal.SIGQUIT or Signal.SIGILL or Signal.SIGTRAP or Signal.SIGABRT or Signal.SIGBUS or Signal.SIGFPE or Signal.SIGSEGV
            or Signal.SIGXCPU or Signal.SIGXFSZ or Signal.SIGSYS => DefaultAction.DumpCore,
        _ => DefaultAction.Terminate,
    };
}

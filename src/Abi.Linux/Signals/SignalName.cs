namespace Mote.Abi.Linux;

/// <summary>Signals by name. The kernel has no reflection data, so enumerations do not format themselves there.</summary>
public static class SignalName
{
    /// <summary>"SIGSEGV", "SIGRTMIN+2".</summary>
    public static string Of(Signal signal) => signal switch
    {
        Signal.SIGHUP => "SIGHUP",
        Signal.SIGINT => "SIGINT",
        Signal.SIGQUIT => "SIGQUIT",
        Signal.SIGILL => "SIGILL",
        Signal.SIGTRAP => "SIGTRAP",
        Signal.SIGABRT => "SIGABRT",
        Signal.SIGBUS => "SIGBUS",
        Signal.SIGFPE => "SIGFPE",
        Signal.SIGKILL => "SIGKILL",
        Signal.SIGUSR1 => "SIGUSR1",
        Signal.SIGSEGV => "SIGSEGV",
        Signal.SIGUSR2 => "SIGUSR2",
        Signal.SIGPIPE => "SIGPIPE",
        Signal.SIGALRM => "SIGALRM",
        Signal.SIGTERM => "SIGTERM",
        Signal.SIGSTKFLT => "SIGSTKFLT",
        Signal.SIGCHLD => "SIGCHLD",
        Signal.SIGCONT => "SIGCONT",
        Signal.SIGSTOP => "SIGSTOP",
        Signal.SIGTSTP => "SIGTSTP",
        Signal.SIGTTIN => "SIGTTIN",
        Signal.SIGTTOU => "SIGTTOU",
        Signal.SIGURG => "SIGURG",
        Signal.SIGXCPU => "SIGXCPU",
        Signal.SIGXFSZ => "SIGXFSZ",
        Signal.SIGVTALRM => "SIGVTALRM",
        Signal.SIGPROF => "SIGPROF",
        Signal.SIGWINCH => "SIGWINCH",
        Signal.SIGIO => "SIGIO",
        Signal.SIGPWR => "SIGPWR",
        Signal.SIGSYS => "SIGSYS",
        >= Signal.SIGRTMIN => "SIGRTMIN+" + ((int)signal - (int)Signal.SIGRTMIN),
        _ => "signal 0",
    };
}

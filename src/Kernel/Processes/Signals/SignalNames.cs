using Mote.Abi.Linux;

namespace Mote.Kernel.Processes;

/// <summary>Names of signals as signal(7) spells them.</summary>
public static class SignalNames
{
    private static readonly string[] s_names =
    [
        "0", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV", "SIGUSR2", "SIGPIPE",
        "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM",
        "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
    ];

    public static string Of(Signal signal)
    {
        int number = (int)signal;
        return number >= 0 && number < s_names.Length ? s_names[number] : $"SIGRT_{number - (int)Signal.SIGRTMIN}";
    }
}

namespace Mote.Cli;

/// <summary>The tool's own exit statuses; every other one is the program's. The numbers are those of timeout(1), env(1) and the shell.</summary>
internal static class ExitStatus
{
    public const int Success = 0;

    /// <summary>Tests failed, a check found something.</summary>
    public const int Failure = 1;

    /// <summary>Wrong usage, or input that cannot become a machine.</summary>
    public const int BadInput = 2;

    /// <summary>The time of <c>--timeout</c> ran out.</summary>
    public const int TimedOut = 124;

    /// <summary>The machine ended without the program's exit status: a kernel panic or a failure of QEMU.</summary>
    public const int MachineFailed = 125;

    /// <summary>Something that the tool needs is missing on this computer.</summary>
    public const int Missing = 126;

    /// <summary>128 + SIGINT: somebody ended the machine from the keyboard.</summary>
    public const int Interrupted = 130;

    /// <summary>128 + SIGPIPE: whoever read our output has gone.</summary>
    public const int BrokenPipe = 141;
}

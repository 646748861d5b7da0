namespace Mote.Cli.Vmm;

/// <summary>What a line of the control channel is.</summary>
internal enum ControlLineKind
{
    /// <summary>Not of this protocol: from a newer kernel or from a confused one.</summary>
    Unknown,

    /// <summary>The kernel's log, with <c>--verbose</c>.</summary>
    Log,

    /// <summary>A system call, with <c>--strace</c>.</summary>
    Strace,

    /// <summary>A line of the report on a program that crashed.</summary>
    Crash,

    /// <summary>What the program called, with <c>--report</c>.</summary>
    Report,

    /// <summary>A port that is listened at, as an answer to <c>listeners</c>; its last line is <c>end</c>.</summary>
    Listens,

    /// <summary>Part of a core file, or what became of it.</summary>
    Core,

    /// <summary>A signal stopped the program.</summary>
    Stopped,

    /// <summary>The program's exit status; the last line.</summary>
    Exit,
}

using System;

namespace Mote.Kernel.Processes;

/// <summary>What a thread must do before it goes back to its program: one word, so that looking costs one comparison.</summary>
[Flags]
internal enum ThreadWork
{
    None = 0,

    /// <summary>A signal may be deliverable.</summary>
    Signals = 1,

    /// <summary>The process is ending.</summary>
    Exit = 2,

    /// <summary>A system call ended with a restart code.</summary>
    Restart = 4,

    /// <summary>sigsuspend, ppoll, pselect: the mask from before the call comes back after signals are delivered.</summary>
    RestoreMask = 8,

    /// <summary>The process was stopped: wait until it goes on.</summary>
    Stop = 16,
}

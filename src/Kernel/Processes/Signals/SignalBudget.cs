using Mote.Abi.Linux;

namespace Mote.Kernel.Processes;

/// <summary>
/// Signals that a process may have queued, its timers' included (RLIMIT_SIGPENDING, getrlimit(2)). Linux counts per user; here a process is alone with its own.
/// </summary>
public sealed class SignalBudget(ResourceLimits limits)
{
    /// <summary>Queued signals and timers.</summary>
    public int Used { get; private set; }

    public bool IsSpent => (ulong)Used >= limits.Soft(ResourceKind.PendingSignals);

    internal void Take() => Used++;

    internal void Return() => Used--;
}

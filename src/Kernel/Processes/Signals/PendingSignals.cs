using System.Collections.Generic;
using Mote.Abi.Linux;

namespace Mote.Kernel.Processes;

/// <summary>
/// Signals sent and not yet delivered, of a thread or of a whole process. A standard signal is pending once however often it is sent, with
/// what came first; real-time ones queue in order (signal(7)).
/// </summary>
public sealed class PendingSignals
{
    /// <summary>Queued real-time signals at most (RLIMIT_SIGPENDING's share); beyond it sigqueue(3) fails with EAGAIN.</summary>
    public const int QueueLimit = 1024;

    private readonly List<SignalInfo> _entries = [];

    /// <summary>The signals of which at least one is pending.</summary>
    public SignalSet Set { get; private set; }

    /// <summary>Adds a signal. False when it is a real-time one and the queue is full.</summary>
    public bool TryAdd(in SignalInfo info)
    {
        bool isStandard = info.Signal < Signal.SIGRTMIN;
        if (isStandard && Set.Contains(info.Signal))
        {
            return true;
        }

        if (!isStandard && _entries.Count >= QueueLimit)
        {
            return false;
        }

        _entries.Add(info);
        Set |= SignalSet.Of(info.Signal);
        return true;
    }

    /// <summary>Takes the pending signal of <paramref name="among"/> to deliver next: faults first, then by number, each in order of sending.</summary>
    public bool TryTake(SignalSet among, out SignalInfo info)
    {
        SignalSet candidates = Set & among;
        SignalSet faults = candidates & SignalDefaults.Synchronous;
        Signal signal = faults.IsEmpty ? candidates.First : faults.First;
        if (signal == Signal.None)
        {
            info = default;
            return false;
        }

        int index = IndexOf(signal, 0);
        info = _entries[index];
        _entries.RemoveAt(index);
        if (IndexOf(signal, index) < 0)
        {
            Set &= ~SignalSet.Of(signal);
        }

        return true;
    }

    /// <summary>Forgets every pending signal of a set.</summary>
    public void Discard(SignalSet signals)
    {
        if ((Set & signals).IsEmpty)
        {
            return;
        }

        for (int i = _entries.Count - 1; i >= 0; i--)
        {
            if (signals.Contains(_entries[i].Signal))
            {
                _entries.RemoveAt(i);
            }
        }

        Set &= ~signals;
    }

    private int IndexOf(Signal signal, int start)
    {
        for (int i = start; i < _entries.Count; i++)
        {
            if (_entries[i].Signal == signal)
            {
                return i;
            }
        }

        return -1;
    }
}

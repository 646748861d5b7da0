using System;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>Signals that wait for delivery, to a thread or to a process. A standard signal is in it once at most; real-time ones queue (signal(7)).</summary>
public sealed class SignalQueue
{
    /// <summary>RLIMIT_SIGPENDING, which is not counted per user here.</summary>
    private const int MaxEntries = 4096;

    private SignalInfo[] _entries = [];
    private int _count;
    private int _reserved;

    /// <summary>The signals in the queue.</summary>
    public SignalSet Set { get; private set; }

    /// <summary>Adds a signal. EAGAIN when the queue is full of real-time ones.</summary>
    public Errno Add(in SignalInfo info)
    {
        SignalSet one = SignalSet.Of(info.Signal);
        if (info.Signal < Signal.SIGRTMIN && !(Set & one).IsEmpty)
        {
            return Errno.None;
        }

        if (_count >= _entries.Length - (IsFromTimer(in info) ? 0 : _reserved))
        {
            if (_count >= MaxEntries)
            {
                return Errno.EAGAIN;
            }

            Grow();
        }

        _entries[_count++] = info;
        Set |= one;
        return Errno.None;
    }

    /// <summary>Keeps a place for a timer's signal, of which at most one is in the queue: a timer that expires must not allocate.</summary>
    public void Reserve()
    {
        _reserved++;
        if (_entries.Length < _count + _reserved)
        {
            Grow();
        }
    }

    /// <summary>Gives a place of <see cref="Reserve"/> up.</summary>
    public void Unreserve() => _reserved--;

    /// <summary>Takes the first entry of the lowest signal in a set.</summary>
    public bool TryTake(SignalSet wanted, out SignalInfo info)
    {
        Signal signal = (Set & wanted).First;
        info = default;
        if (signal == Signal.None)
        {
            return false;
        }

        int found = -1;
        bool hasMore = false;
        for (int i = 0; i < _count; i++)
        {
            if (_entries[i].Signal == signal)
            {
                hasMore = found >= 0;
                if (hasMore)
                {
                    break;
                }

                found = i;
            }
        }

        info = _entries[found];
        _entries.AsSpan(found + 1, _count - found - 1).CopyTo(_entries.AsSpan(found));
        _count--;
        if (!hasMore)
        {
            Set &= ~SignalSet.Of(signal);
        }

        return true;
    }

    /// <summary>Drops all entries of a set: their signals are ignored from now on.</summary>
    public void Remove(SignalSet dropped)
    {
        while (TryTake(dropped, out _))
        {
        }
    }

    public void Clear()
    {
        _count = 0;
        Set = default;
    }

    private static bool IsFromTimer(in SignalInfo info) =>
        info.Code == SignalInfo.Timer || (info.Signal == Signal.SIGALRM && info.Code == SignalInfo.Kernel);

    [MayAllocate("never for a timer, whose place is reserved")]
    private void Grow() => Array.Resize(ref _entries, Math.Max(4, _entries.Length * 2));
}

using System;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>
/// Signals that wait for delivery, to a thread or to a process. A standard signal is in it once at most; real-time ones queue (signal(7)). A signal that
/// finds no place is still pending when it is a standard one or comes from kill(2), but what came with it is lost, as on Linux (__send_signal_locked).
/// </summary>
public sealed class SignalQueue(SignalBudget? budget = null)
{
    private Entry[] _entries = [];
    private int _count;
    private int _reserved;

    /// <summary>The signals in the queue.</summary>
    public SignalSet Set { get; private set; }

    /// <summary>Adds a signal. EAGAIN when there is no place for what came with it and the sender relies on that.</summary>
    public Errno Add(in SignalInfo info) => Add(in info, null);

    /// <summary>Keeps a place for a signal of the kernel's own or of a timer, of which at most one is in the queue: who expires must not allocate.</summary>
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

        int found = Find(signal, 0);
        if (found < 0)
        {
            Set &= ~SignalSet.Of(signal);
            info.Number = (int)signal; // what came with it is lost: SI_USER from nobody
            return true;
        }

        if (Find(signal, found + 1) < 0)
        {
            Set &= ~SignalSet.Of(signal);
        }

        info = _entries[found].Info;
        PosixTimer? timer = _entries[found].Timer;
        RemoveAt(found);
        timer?.OnTaken(ref info);
        return true;
    }

    /// <summary>Drops all entries of a set: their signals are ignored from now on.</summary>
    public void Remove(SignalSet dropped)
    {
        for (int i = _count - 1; i >= 0; i--)
        {
            if (dropped.Contains(_entries[i].Info.Signal))
            {
                PosixTimer? timer = _entries[i].Timer;
                RemoveAt(i);
                timer?.OnDropped();
            }
        }

        Set &= ~dropped;
    }

    internal Errno Add(in SignalInfo info, PosixTimer? timer)
    {
        Signal signal = info.Signal;
        SignalSet one = SignalSet.Of(signal);
        bool isStandard = signal < Signal.SIGRTMIN;
        if (isStandard && timer == null && !(Set & one).IsEmpty)
        {
            return Errno.None;
        }

        bool hasPlace = timer != null || info.Code == SignalInfo.Kernel
            ? _count < _entries.Length
            : (isStandard && info.Code >= 0) || budget is not { IsSpent: true } ? TryMakePlace() : false;
        if (!hasPlace)
        {
            if (!isStandard && info.Code != SignalInfo.User)
            {
                return Errno.EAGAIN;
            }

            Set |= one;
            return Errno.None;
        }

        _entries[_count].Info = info;
        _entries[_count++].Timer = timer;
        Set |= one;
        if (timer == null)
        {
            budget?.Take();
        }

        return Errno.None;
    }

    /// <summary>Drops the entry of a timer that was set anew or is no more.</summary>
    internal void Remove(PosixTimer timer)
    {
        for (int i = 0; i < _count; i++)
        {
            if (_entries[i].Timer == timer)
            {
                Signal signal = _entries[i].Info.Signal;
                RemoveAt(i);
                if (Find(signal, 0) < 0)
                {
                    Set &= ~SignalSet.Of(signal);
                }

                return;
            }
        }
    }

    private int Find(Signal signal, int from)
    {
        for (int i = from; i < _count; i++)
        {
            if (_entries[i].Info.Signal == signal)
            {
                return i;
            }
        }

        return -1;
    }

    private void RemoveAt(int index)
    {
        if (_entries[index].Timer == null)
        {
            budget?.Return();
        }

        _entries.AsSpan(index + 1, _count - index - 1).CopyTo(_entries.AsSpan(index));
        _entries[--_count] = default;
    }

    private bool TryMakePlace()
    {
        const int EntryBytes = 64;
        if (_count < _entries.Length - _reserved)
        {
            return true;
        }

        if (!KernelHeap.CanAllocate(2L * EntryBytes * Math.Max(4, _entries.Length)))
        {
            return false;
        }

        Grow();
        return true;
    }

    [MayAllocate("never for a timer or the kernel's own signals, whose places are reserved")]
    private void Grow() => Array.Resize(ref _entries, Math.Max(8, _entries.Length * 2));

    private struct Entry
    {
        internal SignalInfo Info;

        /// <summary>The timer whose signal this is (timer_create(2)).</summary>
        internal PosixTimer? Timer;
    }
}

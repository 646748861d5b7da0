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
    // Each signal's entries are a chain in order of arrival; places are counted from one, so that zero is none.
    private Entry[] _entries = [];
    private Chain[] _chains = [];
    private int _free;
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

        int found = FirstOf(signal);
        if (found == 0)
        {
            Set &= ~SignalSet.Of(signal);
            info.Number = (int)signal; // what came with it is lost: SI_USER from nobody
            return true;
        }

        info = _entries[found - 1].Info;
        PosixTimer? timer = _entries[found - 1].Timer;
        RemoveAt(found);
        timer?.OnTaken(ref info);
        return true;
    }

    /// <summary>Drops all entries of a set: their signals are ignored from now on.</summary>
    public void Remove(SignalSet dropped)
    {
        SignalSet left = Set & dropped;
        while (!left.IsEmpty)
        {
            Signal signal = left.First;
            left &= ~SignalSet.Of(signal);
            for (int at = FirstOf(signal); at != 0; at = FirstOf(signal))
            {
                PosixTimer? timer = _entries[at - 1].Timer;
                RemoveAt(at);
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

        Append(signal, in info, timer);
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
        int place = timer.QueuePlace;
        if (place != 0 && place <= _entries.Length && _entries[place - 1].Timer == timer)
        {
            RemoveAt(place);
        }
    }

    private int FirstOf(Signal signal) => _chains.Length == 0 ? 0 : _chains[(int)signal - 1].First;

    private void Append(Signal signal, in SignalInfo info, PosixTimer? timer)
    {
        int place = _free;
        ref Entry entry = ref _entries[place - 1];
        ref Chain chain = ref _chains[(int)signal - 1];
        _free = entry.Next;
        _count++;
        entry = new Entry { Info = info, Timer = timer, Previous = chain.Last };
        if (chain.Last == 0)
        {
            chain.First = place;
        }
        else
        {
            _entries[chain.Last - 1].Next = place;
        }

        chain.Last = place;
        if (timer != null)
        {
            timer.QueuePlace = place;
        }
    }

    /// <summary>Takes an entry out; with the last of its signal the signal is no longer in the queue.</summary>
    private void RemoveAt(int place)
    {
        ref Entry entry = ref _entries[place - 1];
        Signal signal = entry.Info.Signal;
        ref Chain chain = ref _chains[(int)signal - 1];
        if (entry.Timer == null)
        {
            budget?.Return();
        }
        else
        {
            entry.Timer.QueuePlace = 0;
        }

        if (entry.Previous == 0)
        {
            chain.First = entry.Next;
        }
        else
        {
            _entries[entry.Previous - 1].Next = entry.Next;
        }

        if (entry.Next == 0)
        {
            chain.Last = entry.Previous;
        }
        else
        {
            _entries[entry.Next - 1].Previous = entry.Previous;
        }

        if (chain.First == 0)
        {
            Set &= ~SignalSet.Of(signal);
        }

        entry = new Entry { Next = _free };
        _free = place;
        _count--;
    }

    private bool TryMakePlace()
    {
        const int EntryBytes = 80;
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
    private void Grow()
    {
        const int Signals = 64;
        int old = _entries.Length;
        Array.Resize(ref _entries, Math.Max(8, old * 2));
        if (old == 0)
        {
            _chains = new Chain[Signals];
        }

        for (int place = _entries.Length; place > old; place--)
        {
            _entries[place - 1].Next = _free;
            _free = place;
        }
    }

    private struct Chain
    {
        internal int First;
        internal int Last;
    }

    private struct Entry
    {
        internal SignalInfo Info;

        /// <summary>The timer whose signal this is (timer_create(2)).</summary>
        internal PosixTimer? Timer;

        /// <summary>Neighbours in the signal's chain; of a free place the next one that is free.</summary>
        internal int Previous;
        internal int Next;
    }
}

using System;
using Mote.Kernel.Net.Wire;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>
/// Connections in TIME-WAIT (RFC 9293, 3.6.1): small records, each for a minute. All stay equally long, so the oldest is the first to go; it goes early when there is no room.
/// </summary>
internal sealed class TimeWaitTable : TimerNode
{
    /// <summary>TCP_TIMEWAIT_LEN.</summary>
    private const ulong Lifetime = 60_000_000_000;
    private const int InitialSize = 64;

    private readonly NetStack _stack;
    private TimeWaitEntry[] _entries = [];
    private int[] _buckets = [];
    private int _free;
    private int _oldest;
    private int _newest;

    internal TimeWaitTable(NetStack stack)
    {
        _stack = stack;
        Grow(Math.Min(InitialSize, stack.Options.TimeWaitLimit));
    }

    public int Count { get; private set; }

    internal ref TimeWaitEntry this[int number] => ref _entries[number - 1];

    internal int Capacity => _entries.Length;

    /// <summary>Makes room for more when most is used.</summary>
    public void Replenish()
    {
        if (Count > _entries.Length / 2 && _entries.Length < _stack.Options.TimeWaitLimit)
        {
            Grow(Math.Min(_entries.Length * 2, _stack.Options.TimeWaitLimit));
        }
    }

    [AllocationFree]
    public void Add(TimeWaitEntry entry)
    {
        if (_free == 0)
        {
            _stack.Counters.Tcp.TimeWaitOverflows++;
            Remove(_oldest);
        }

        int number = _free;
        _free = this[number].Next;
        this[number] = entry;
        this[number].IsUsed = true;
        ref int bucket = ref _buckets[Bucket(entry)];
        this[number].Next = bucket;
        bucket = number;
        Count++;
        AddNewest(number);
    }

    /// <summary>The number of the record of a connection, or zero.</summary>
    [AllocationFree]
    public int Find(in IpAddress local, ushort localPort, in IpAddress remote, ushort remotePort)
    {
        if (Count == 0)
        {
            return 0;
        }

        int number = _buckets[(int)(_stack.Hash(local, localPort, remote, remotePort) & (uint)(_buckets.Length - 1))];
        while (number != 0)
        {
            ref TimeWaitEntry entry = ref this[number];
            if (entry.RemotePort == remotePort && entry.LocalPort == localPort && entry.Remote == remote && entry.Local == local)
            {
                return number;
            }

            number = entry.Next;
        }

        return 0;
    }

    /// <summary>Begins the minute anew.</summary>
    [AllocationFree]
    public void Restart(int number)
    {
        Unlink(number);
        AddNewest(number);
    }

    [AllocationFree]
    public void Remove(int number)
    {
        ref TimeWaitEntry entry = ref this[number];
        int at = Bucket(entry);
        if (_buckets[at] == number)
        {
            _buckets[at] = entry.Next;
        }
        else
        {
            int before = _buckets[at];
            while (this[before].Next != number)
            {
                before = this[before].Next;
            }

            this[before].Next = entry.Next;
        }

        Unlink(number);
        entry = default;
        entry.Next = _free;
        _free = number;
        Count--;
    }

    [AllocationFree]
    public override void Expire(Instant now)
    {
        while (_oldest != 0 && this[_oldest].Until <= now)
        {
            _stack.Counters.Tcp.TimeWaitsDone++;
            Remove(_oldest);
        }

        if (_oldest != 0)
        {
            _stack.Timers.Arm(this, this[_oldest].Until);
        }
    }

    private int Bucket(in TimeWaitEntry entry) => (int)(_stack.Hash(entry.Local, entry.LocalPort, entry.Remote, entry.RemotePort) & (uint)(_buckets.Length - 1));

    private void AddNewest(int number)
    {
        ref TimeWaitEntry entry = ref this[number];
        entry.Until = _stack.Now.Plus(Lifetime);
        entry.Older = _newest;
        entry.Newer = 0;
        if (_newest == 0)
        {
            _oldest = number;
        }
        else
        {
            this[_newest].Newer = number;
        }

        _newest = number;
        if (!IsArmed)
        {
            _stack.Timers.Arm(this, entry.Until);
        }
    }

    private void Unlink(int number)
    {
        ref TimeWaitEntry entry = ref this[number];
        if (entry.Older == 0)
        {
            _oldest = entry.Newer;
        }
        else
        {
            this[entry.Older].Newer = entry.Newer;
        }

        if (entry.Newer == 0)
        {
            _newest = entry.Older;
        }
        else
        {
            this[entry.Newer].Older = entry.Older;
        }
    }

    private void Grow(int size)
    {
        TimeWaitEntry[] old = _entries;
        _entries = new TimeWaitEntry[size];
        old.CopyTo(_entries, 0);
        int buckets = 64;
        while (buckets < size)
        {
            buckets *= 2;
        }

        _buckets = new int[buckets];
        _free = 0;
        for (int i = size; i >= 1; i--)
        {
            ref TimeWaitEntry entry = ref this[i];
            if (!entry.IsUsed)
            {
                entry.Next = _free;
                _free = i;
                continue;
            }

            ref int bucket = ref _buckets[Bucket(entry)];
            entry.Next = bucket;
            bucket = i;
        }
    }
}

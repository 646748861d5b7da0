using System;
using Mote.Kernel.Net.Wire;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>The half-open connections of all listeners. One timer goes over them while there are any.</summary>
internal sealed class SynTable : TimerNode
{
    /// <summary>tcp_synack_retries.</summary>
    private const int MaximumRetransmissions = 5;
    private const int InitialSize = 128;

    /// <summary>A table as large as a program can ask for: it takes memory that a flood would fill.</summary>
    private const int MaximumSize = 16384;
    private const ulong Tick = 200_000_000;

    private readonly NetStack _stack;
    private SynRequest[] _requests = [];
    private int[] _buckets = [];
    private int _free; // plus one

    internal SynTable(NetStack stack) => _stack = stack;

    public int Count { get; private set; }

    /// <summary>Whether there is no room; then cookies are sent.</summary>
    public bool IsFull => _free == 0 || Count >= Limit;

    private int Limit => Math.Clamp(_stack.Options.SynLimit, 1, MaximumSize);

    internal ref SynRequest this[int number] => ref _requests[number - 1];

    /// <summary>Makes room for more when most is used.</summary>
    public void Replenish()
    {
        if (_requests.Length == 0)
        {
            Grow(Math.Min(InitialSize, Limit));
        }
        else if (Count > _requests.Length / 2 && _requests.Length < Limit)
        {
            Grow(Math.Min(_requests.Length * 2, Limit));
        }
    }

    /// <summary>The number of the request from a peer, or zero.</summary>
    [AllocationFree]
    public int Find(in IpAddress local, ushort localPort, in IpAddress remote, ushort remotePort)
    {
        if (Count == 0)
        {
            return 0;
        }

        int number = _buckets[Bucket(local, localPort, remote, remotePort)];
        while (number != 0)
        {
            ref SynRequest request = ref this[number];
            if (request.RemotePort == remotePort && request.Remote == remote && request.Local == local && request.Listener!.Local.Port == localPort)
            {
                return number;
            }

            number = request.Next;
        }

        return 0;
    }

    /// <summary>Takes a free place; there must be one.</summary>
    [AllocationFree]
    public int Add(in SynRequest request)
    {
        int number = _free;
        _free = this[number].Next;
        this[number] = request;
        ref int bucket = ref _buckets[Bucket(request.Local, request.Listener!.Local.Port, request.Remote, request.RemotePort)];
        this[number].Next = bucket;
        bucket = number;
        request.Listener.Requests++;
        if (++Count == 1)
        {
            _stack.Timers.Arm(this, _stack.Now.Plus(Tick));
        }

        return number;
    }

    [AllocationFree]
    public void Remove(int number)
    {
        ref SynRequest request = ref this[number];
        int at = Bucket(request.Local, request.Listener!.Local.Port, request.Remote, request.RemotePort);
        if (_buckets[at] == number)
        {
            _buckets[at] = request.Next;
        }
        else
        {
            int before = _buckets[at];
            while (this[before].Next != number)
            {
                before = this[before].Next;
            }

            this[before].Next = request.Next;
        }

        request.Listener.Requests--;
        request = default;
        request.Next = _free;
        _free = number;
        Count--;
    }

    /// <summary>Forgets all requests of a listener that is closed.</summary>
    public void RemoveAll(TcpListener listener)
    {
        for (int i = 1; i <= _requests.Length; i++)
        {
            if (this[i].Listener == listener)
            {
                Remove(i);
            }
        }
    }

    [AllocationFree]
    public override void Expire(Instant now)
    {
        for (int i = 1; i <= _requests.Length && Count > 0; i++)
        {
            ref SynRequest request = ref this[i];
            if (request.Listener == null || request.Deadline > now)
            {
                continue;
            }

            if (request.Retransmissions >= MaximumRetransmissions)
            {
                Remove(i);
                continue;
            }

            request.Retransmissions++;
            request.Deadline = now.Plus(RoundTrip.InitialTimeout << request.Retransmissions);
            if (!request.IsDeferred)
            {
                _stack.Counters.Tcp.SynRetransmits++;
                _stack.Counters.TcpRetransmitted++;
                request.Listener.SendSynAck(ref request);
            }
        }

        if (Count > 0)
        {
            _stack.Timers.Arm(this, now.Plus(Tick));
        }
    }

    private int Bucket(in IpAddress local, ushort localPort, in IpAddress remote, ushort remotePort) =>
        (int)(_stack.Hash(local, localPort, remote, remotePort) & (uint)(_buckets.Length - 1));

    private void Grow(int size)
    {
        SynRequest[] old = _requests;
        _requests = new SynRequest[size];
        int buckets = 64;
        while (buckets < size)
        {
            buckets *= 2;
        }

        _buckets = new int[buckets];
        old.CopyTo(_requests, 0);
        _free = 0;
        for (int i = size; i >= 1; i--)
        {
            ref SynRequest request = ref this[i];
            if (request.Listener == null)
            {
                request.Next = _free;
                _free = i;
                continue;
            }

            ref int bucket = ref _buckets[Bucket(request.Local, request.Listener.Local.Port, request.Remote, request.RemotePort)];
            request.Next = bucket;
            bucket = i;
        }
    }
}

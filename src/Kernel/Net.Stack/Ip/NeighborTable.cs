using System;
using System.Runtime.CompilerServices;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>The neighbours of an interface (RFC 826; RFC 4861, 7). A fixed number: the one unused for longest makes room.</summary>
public sealed class NeighborTable
{
    /// <summary>Entries there are.</summary>
    public const int Capacity = 128;

    /// <summary>Packets that wait for one neighbour; the oldest goes for the next (RFC 4861, 7.2.2; as many as in Linux).</summary>
    private const int MaximumWaiting = 101;
    private const int MaximumProbes = 3;
    private const int Buckets = 64;
    private const ulong ProbeInterval = 1_000_000_000;
    private const ulong DelayTime = 5_000_000_000;
    private const ulong FailedTime = 1_000_000_000;

    /// <summary>REACHABLE_TIME (RFC 4861, 10).</summary>
    private const ulong ReachableTime = 30_000_000_000;

    private readonly NetInterface _interface;
    private readonly NeighborEntry?[] _buckets = new NeighborEntry?[Buckets];
    private NeighborEntry[] _entries = [];
    private int _waiting;

    internal NeighborTable(NetInterface of) => _interface = of;

    /// <summary>All entries, free ones among them.</summary>
    public ReadOnlySpan<NeighborEntry> Entries => _entries;

    /// <summary>Packets that wait for neighbours to answer.</summary>
    internal int WaitingCount => _waiting;

    private NetStack Stack => _interface.Stack;

    /// <summary>Makes the entries: an interface without a link needs none.</summary>
    internal void Prepare()
    {
        _entries = new NeighborEntry[Capacity];
        for (int i = 0; i < Capacity; i++)
        {
            _entries[i] = new NeighborEntry(this);
        }
    }

    [AllocationFree]
    public NeighborEntry? Find(IpAddress address)
    {
        NeighborEntry? entry = _buckets[Bucket(address)];
        while (entry != null && entry.Address != address)
        {
            entry = entry.NextInBucket;
        }

        return entry;
    }

    /// <summary>The neighbour's entry, made when there is none.</summary>
    [AllocationFree]
    internal NeighborEntry FindOrAdd(IpAddress address)
    {
        if (Find(address) is { } known)
        {
            return known;
        }

        NeighborEntry oldest = _entries[0];
        foreach (NeighborEntry entry in _entries)
        {
            if (entry.State == NeighborState.None)
            {
                oldest = entry;
                break;
            }

            if (entry.State != NeighborState.Permanent && (entry.LastUsed < oldest.LastUsed || oldest.State == NeighborState.Permanent))
            {
                oldest = entry;
            }
        }

        Forget(oldest);
        oldest.Address = address;
        oldest.LastUsed = Stack.Now;
        oldest.Probes = 0;
        oldest.State = NeighborState.Failed; // nothing is asked yet: the first packet does
        int bucket = Bucket(address);
        oldest.NextInBucket = _buckets[bucket];
        _buckets[bucket] = oldest;
        return oldest;
    }

    /// <summary>Sends a packet that begins with its IP header to the neighbour, now or when it has answered.</summary>
    [AllocationFree]
    internal void Send(NeighborEntry entry, PacketBuffer packet)
    {
        entry.LastUsed = Stack.Now;
        switch (entry.State)
        {
            case NeighborState.Reachable or NeighborState.Permanent or NeighborState.Delay or NeighborState.Probe:
                Stack.SendFrame(_interface, packet, entry.Mac, EtherTypeOf(entry.Address));
                return;
            case NeighborState.Stale:
                entry.State = NeighborState.Delay;
                Stack.Timers.Arm(entry, Stack.Now.Plus(DelayTime));
                Stack.SendFrame(_interface, packet, entry.Mac, EtherTypeOf(entry.Address));
                return;
        }

        if (entry.Waiting.Count >= MaximumWaiting || _waiting >= Stack.Pool.PacketCount / 4)
        {
            // Those who wait for neighbours that may not exist must not take all packets there are.
            _interface.Statistics.SendDrops++;
            if (entry.Waiting.Take() is not { } oldest)
            {
                packet.Release();
                return;
            }

            oldest.Release();
            _waiting--;
        }

        entry.Waiting.Add(packet);
        _waiting++;
        if (entry.State != NeighborState.Incomplete)
        {
            entry.State = NeighborState.Incomplete;
            entry.Probes = 0;
            Ask(entry);
        }
    }

    /// <summary>An upper layer heard from it: it need not be asked (RFC 4861, 7.3.1).</summary>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Confirm(NeighborEntry entry)
    {
        if (entry.State is NeighborState.Stale or NeighborState.Delay or NeighborState.Probe)
        {
            entry.State = NeighborState.Reachable;
            Stack.Timers.Arm(entry, Stack.Now.Plus(ReachableTime));
        }
    }

    /// <summary>Its link address was learnt. An answer to a question makes it reachable, anything else only stale.</summary>
    [AllocationFree]
    internal void Learn(NeighborEntry entry, MacAddress mac, bool isAnswer)
    {
        if (entry.State == NeighborState.Permanent || (!isAnswer && entry.State is NeighborState.Reachable or NeighborState.Delay or NeighborState.Probe && entry.Mac == mac))
        {
            return;
        }

        entry.Mac = mac;
        entry.State = isAnswer ? NeighborState.Reachable : NeighborState.Stale;
        entry.Probes = 0;
        if (isAnswer)
        {
            Stack.Timers.Arm(entry, Stack.Now.Plus(ReachableTime));
        }
        else
        {
            Stack.Timers.Cancel(entry);
        }

        while (TakeWaiting(entry) is { } packet)
        {
            Stack.SendFrame(_interface, packet, mac, EtherTypeOf(entry.Address));
        }
    }

    /// <summary>Forgets a neighbour; false when it is not known.</summary>
    public bool Remove(IpAddress address)
    {
        NeighborEntry? entry = Find(address);
        if (entry != null)
        {
            Forget(entry);
        }

        return entry != null;
    }

    /// <summary>Sets an address by hand. False when half of the entries are so already: the others are for who is found.</summary>
    public bool SetPermanent(IpAddress address, MacAddress mac)
    {
        int permanent = 0;
        foreach (NeighborEntry other in _entries)
        {
            permanent += other.State == NeighborState.Permanent ? 1 : 0;
        }

        if (permanent >= Capacity / 2 && Find(address) is not { State: NeighborState.Permanent })
        {
            return false;
        }

        NeighborEntry entry = FindOrAdd(address);
        entry.State = entry.State == NeighborState.Permanent ? NeighborState.Stale : entry.State;
        Learn(entry, mac, isAnswer: true);
        entry.State = NeighborState.Permanent;
        Stack.Timers.Cancel(entry);
        return true;
    }

    [AllocationFree]
    internal void Expire(NeighborEntry entry, Instant now)
    {
        switch (entry.State)
        {
            case NeighborState.Reachable:
                entry.State = NeighborState.Stale;
                return;
            case NeighborState.Delay:
                entry.State = NeighborState.Probe;
                entry.Probes = 0;
                Ask(entry);
                return;
            case NeighborState.Failed:
                Forget(entry);
                return;
            case NeighborState.Incomplete or NeighborState.Probe when entry.Probes < MaximumProbes:
                Ask(entry);
                return;
            case NeighborState.Incomplete or NeighborState.Probe:
                entry.State = NeighborState.Failed;
                while (TakeWaiting(entry) is { } packet)
                {
                    Stack.NeighborFailed(packet);
                }

                Stack.Timers.Arm(entry, now.Plus(FailedTime));
                return;
        }
    }

    /// <summary>Forgets all, as when the link went away.</summary>
    internal void Clear()
    {
        foreach (NeighborEntry entry in _entries)
        {
            Forget(entry);
        }
    }

    private PacketBuffer? TakeWaiting(NeighborEntry entry)
    {
        PacketBuffer? packet = entry.Waiting.Take();
        _waiting -= packet != null ? 1 : 0;
        return packet;
    }

    private static ushort EtherTypeOf(IpAddress address) => address.IsV4 ? EtherType.IPv4 : EtherType.IPv6;

    private static int Bucket(IpAddress address) => (int)(address.Low % Buckets);

    [AllocationFree]
    private void Ask(NeighborEntry entry)
    {
        entry.Probes++;
        Stack.Timers.Arm(entry, Stack.Now.Plus(ProbeInterval));
        Stack.AskForNeighbor(_interface, entry);
    }

    /// <summary>Frees the entry. Whoever still holds it looks it up again, because paths are found anew.</summary>
    [AllocationFree]
    private void Forget(NeighborEntry entry)
    {
        if (entry.State == NeighborState.None)
        {
            return;
        }

        Stack.Timers.Cancel(entry);
        _waiting -= entry.Waiting.Count;
        entry.Waiting.Clear();
        entry.State = NeighborState.None;
        entry.IsRouter = false;
        int bucket = Bucket(entry.Address);
        if (_buckets[bucket] == entry)
        {
            _buckets[bucket] = entry.NextInBucket;
        }
        else
        {
            NeighborEntry before = _buckets[bucket]!;
            while (before.NextInBucket != entry)
            {
                before = before.NextInBucket!;
            }

            before.NextInBucket = entry.NextInBucket;
        }

        entry.NextInBucket = null;
        Stack.PathsChanged();
    }
}

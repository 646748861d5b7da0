using System;
using Mote.Kernel.Net.Wire;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>
/// Puts fragmented packets together (RFC 791, 3.2; RFC 8200, 4.5). A fixed number of packets at a time, the oldest makes room; each has half a minute. Fragments that overlap end the
/// whole packet (RFC 5722), for IPv4 too.
/// </summary>
internal sealed class Reassembly : TimerNode
{
    private const int Capacity = 32;
    private const int MaximumFragments = 64;
    private const int LargestPayload = 65535;
    private const ulong Lifetime = 30_000_000_000;

    private readonly NetStack _stack;
    private readonly Datagram[] _datagrams = new Datagram[Capacity];

    private struct Datagram
    {
        public IpHeaderInfo Info;
        public uint Identification;
        public Instant Until;
        public bool IsUsed;

        /// <summary>Sorted by where they begin, which their note's start says.</summary>
        public PacketBuffer? First;
        public int Fragments;
        public int Bytes;

        /// <summary>The whole's length, once the last fragment is there; negative before.</summary>
        public int Total;
    }

    internal Reassembly(NetStack stack) => _stack = stack;

    /// <summary>Datagrams that are being put together.</summary>
    internal int Pending { get; private set; }

    /// <summary>Takes a fragment without its headers; delivers the packet when it was the last that was missing.</summary>
    [AllocationFree]
    public void Add(in IpHeaderInfo info, PacketBuffer packet, uint identification, int offset, bool hasMore)
    {
        int length = packet.Length;
        ref IpCounters counters = ref _stack.Counters.Ip(info.Source.IsV4);
        counters.Fragments++;
        ref Datagram whole = ref FindOrAdd(info, identification);
        bool isBad = length == 0 || offset + length > LargestPayload || (hasMore && (length & 7) != 0)
            || (!hasMore && whole.Total >= 0 && whole.Total != offset + length)
            || (whole.Total >= 0 && offset + length > whole.Total)
            || whole.Fragments == MaximumFragments || _stack.Pool.IsUnderPressure;
        if (isBad || !TryInsert(ref whole, packet, offset, length))
        {
            counters.NotReassembled++;
            packet.Release();
            Free(ref whole);
            return;
        }

        if (!hasMore)
        {
            whole.Total = offset + length;
        }

        if (whole.Total < 0 || whole.Bytes < whole.Total)
        {
            return;
        }

        if (whole.Bytes > whole.Total)
        {
            counters.NotReassembled++;
            Free(ref whole);
            return;
        }

        // No two overlap and none ends behind the end, so the sum says that all are there.
        PacketBuffer first = whole.First!;
        while (first.Next is { } part)
        {
            if (!first.TryAppend(part))
            {
                counters.NotReassembled++;
                Free(ref whole);
                return;
            }

            first.Next = part.Next;
            part.Release();
        }

        counters.Reassembled++;
        whole.First = null;
        IpHeaderInfo delivered = whole.Info;
        Free(ref whole);
        first.Checksum = ChecksumState.Complete;
        Span<byte> head = stackalloc byte[TcpView.MaximumBytes];
        _stack.Deliver(ref delivered, first, head[..first.Read(0, head)]);
    }

    [AllocationFree]
    public override void Expire(Instant now)
    {
        Instant next = Instant.Never;
        for (int i = 0; i < Capacity; i++)
        {
            ref Datagram datagram = ref _datagrams[i];
            if (datagram.IsUsed && datagram.Until <= now)
            {
                ref IpCounters counters = ref _stack.Counters.Ip(datagram.Info.Source.IsV4);
                counters.ReassemblyTimeouts++;
                counters.NotReassembled++;
                _stack.Icmp.SendReassemblyTimeExceeded(datagram.Info, datagram.First);
                Free(ref datagram);
            }
            else if (datagram.IsUsed && datagram.Until < next)
            {
                next = datagram.Until;
            }
        }

        _stack.Timers.Arm(this, next);
    }

    private static bool TryInsert(ref Datagram whole, PacketBuffer packet, int offset, int length)
    {
        PacketBuffer? before = null;
        PacketBuffer? after = whole.First;
        while (after != null && after.Note.Start.Value < (uint)offset)
        {
            before = after;
            after = after.Next;
        }

        if ((before != null && before.Note.End.Value > (uint)offset) || (after != null && after.Note.Start.Value < (uint)(offset + length)))
        {
            return false;
        }

        packet.Note.Start = new SeqNo((uint)offset);
        packet.Note.End = new SeqNo((uint)(offset + length));
        packet.Next = after;
        if (before == null)
        {
            whole.First = packet;
        }
        else
        {
            before.Next = packet;
        }

        whole.Fragments++;
        whole.Bytes += length;
        return true;
    }

    private ref Datagram FindOrAdd(in IpHeaderInfo info, uint identification)
    {
        int free = 0;
        for (int i = 0; i < Capacity; i++)
        {
            ref Datagram datagram = ref _datagrams[i];
            if (datagram.IsUsed && datagram.Identification == identification && datagram.Info.Source == info.Source && datagram.Info.Destination == info.Destination
                && datagram.Info.Protocol == info.Protocol)
            {
                return ref datagram;
            }

            if (_datagrams[free].IsUsed && (!datagram.IsUsed || datagram.Until < _datagrams[free].Until))
            {
                free = i;
            }
        }

        ref Datagram made = ref _datagrams[free];
        Free(ref made);
        made = new Datagram { Info = info, Identification = identification, Until = _stack.Now.Plus(Lifetime), IsUsed = true, Total = -1 };
        Pending++;
        if (!IsArmed)
        {
            _stack.Timers.Arm(this, made.Until);
        }

        return ref made;
    }

    private void Free(ref Datagram datagram)
    {
        if (!datagram.IsUsed)
        {
            return;
        }

        while (datagram.First is { } packet)
        {
            datagram.First = packet.Next;
            packet.Release();
        }

        datagram = default;
        Pending--;
    }
}

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Syscalls.Ipc;

/// <summary>A queue of messages, each with a type above zero.</summary>
internal sealed class MessageQueue(int key, uint mode, FsContext creator) : IpcObject(key, mode, creator)
{
    /// <summary>Size of struct msqid64_ds.</summary>
    public const int StatusBytes = 120;

    /// <summary>MSGMNB.</summary>
    public const ulong DefaultCapacity = 16384;

    // Those who wait for a message, in the order in which they came.
    private readonly LinkedList<PendingReceive> _receivers = [];

    // In order of arrival, and the same by type: whoever takes one takes the first of its type.
    private readonly Dictionary<long, (Message First, Message Last)> _byType = [];
    private Message? _first;
    private Message? _last;

    /// <summary>Told when there may be room.</summary>
    public WaitQueue Senders { get; } = new();

    /// <summary>msg_qbytes.</summary>
    public ulong Capacity { get; set; } = DefaultCapacity;

    public ulong Bytes { get; private set; }

    public int Count { get; private set; }

    public long SendTime { get; set; }

    public long ReceiveTime { get; set; }

    public int LastSender { get; set; }

    public int LastReceiver { get; set; }

    public bool HasRoomFor(int length) => Bytes + (ulong)length <= Capacity && (ulong)Count + 1 <= Capacity;

    public void Add(Message message)
    {
        message.Previous = _last;
        if (_last == null)
        {
            _first = message;
        }
        else
        {
            _last.Next = message;
        }

        _last = message;
        if (_byType.TryGetValue(message.Type, out (Message First, Message Last) chain))
        {
            chain.Last.NextOfType = message;
            _byType[message.Type] = (chain.First, message);
        }
        else
        {
            _byType.Add(message.Type, (message, message));
        }

        Count++;
        Bytes += (ulong)message.Text.Length;
    }

    /// <summary>Waits for a message at the end of those who do.</summary>
    public void Await(PendingReceive pending) => _receivers.AddLast(pending.Place);

    /// <summary>The thread waits no longer; nothing happens when it was given something.</summary>
    public void GiveUp(PendingReceive pending)
    {
        if (!pending.IsOver)
        {
            _receivers.Remove(pending.Place);
        }
    }

    /// <summary>
    /// Gives a message to the first who waits for one like it; those who have no room for it get E2BIG. False when nobody takes it
    /// (pipelined_send in Linux's ipc/msg.c).
    /// </summary>
    public bool TryGive(Message message, long now)
    {
        for (LinkedListNode<PendingReceive>? place = _receivers.First; place != null;)
        {
            PendingReceive pending = place.Value;
            LinkedListNode<PendingReceive>? next = place.Next;
            if (pending.Wants(message))
            {
                _receivers.Remove(place);
                if (pending.HasRoomFor(message))
                {
                    LastReceiver = pending.Process;
                    ReceiveTime = now;
                    pending.End(message, Errno.None);
                    return true;
                }

                pending.End(null, Errno.E2BIG);
            }

            place = next;
        }

        return false;
    }

    /// <summary>All who wait for a message look again (EAGAIN), or end with this error.</summary>
    public void EndReceivers(Errno outcome)
    {
        while (_receivers.First is { } place)
        {
            _receivers.Remove(place);
            place.Value.End(null, outcome);
        }
    }

    /// <summary>The message that msgrcv(2) would take: the first, the first of a type (or of any other), the first of the lowest type up to -type.</summary>
    public Message? Find(long type, bool except)
    {
        if (type > 0 && !except)
        {
            return _byType.TryGetValue(type, out (Message First, Message Last) chain) ? chain.First : null;
        }

        if (type >= 0)
        {
            Message? other = _first;
            while (type != 0 && other?.Type == type)
            {
                other = other.Next;
            }

            return other;
        }

        Message? lowest = null;
        long limit = type == long.MinValue ? long.MaxValue : -type;
        foreach ((long present, (Message First, Message Last) chain) in _byType)
        {
            lowest = present <= limit && (lowest == null || present < lowest.Type) ? chain.First : lowest;
        }

        return lowest;
    }

    /// <summary>Takes what <see cref="Find"/> found.</summary>
    public void Take(Message message)
    {
        if (message.Previous == null)
        {
            _first = message.Next;
        }
        else
        {
            message.Previous.Next = message.Next;
        }

        if (message.Next == null)
        {
            _last = message.Previous;
        }
        else
        {
            message.Next.Previous = message.Previous;
        }

        if (message.NextOfType == null)
        {
            _ = _byType.Remove(message.Type);
        }
        else
        {
            _byType[message.Type] = (message.NextOfType, _byType[message.Type].Last);
        }

        Count--;
        Bytes -= (ulong)message.Text.Length;
    }

    public override void Describe(Span<byte> to)
    {
        base.Describe(to);
        BinaryPrimitives.WriteInt64LittleEndian(to[48..], SendTime);
        BinaryPrimitives.WriteInt64LittleEndian(to[56..], ReceiveTime);
        BinaryPrimitives.WriteInt64LittleEndian(to[64..], Changed);
        BinaryPrimitives.WriteUInt64LittleEndian(to[72..], Bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(to[80..], (ulong)Count);
        BinaryPrimitives.WriteUInt64LittleEndian(to[88..], Capacity);
        BinaryPrimitives.WriteInt32LittleEndian(to[96..], LastSender);
        BinaryPrimitives.WriteInt32LittleEndian(to[100..], LastReceiver);
    }
}

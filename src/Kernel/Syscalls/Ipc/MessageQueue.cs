using System;
using System.Buffers.Binary;
using System.Collections.Generic;
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

    private readonly LinkedList<Message> _messages = [];

    /// <summary>Told of every message that comes or goes.</summary>
    public WaitQueue Waiting { get; } = new();

    /// <summary>msg_qbytes.</summary>
    public ulong Capacity { get; set; } = DefaultCapacity;

    public ulong Bytes { get; private set; }

    public int Count => _messages.Count;

    public long SendTime { get; set; }

    public long ReceiveTime { get; set; }

    public int LastSender { get; set; }

    public int LastReceiver { get; set; }

    public bool HasRoomFor(int length) => Bytes + (ulong)length <= Capacity && (ulong)Count + 1 <= Capacity;

    public void Add(long type, byte[] text)
    {
        _messages.AddLast(new Message(type, text));
        Bytes += (ulong)text.Length;
    }

    /// <summary>The message that msgrcv(2) would take: the first, the first of a type (or of any other), the first of the lowest type up to -type.</summary>
    public Message? Find(long type, bool except)
    {
        Message? lowest = null;
        foreach (Message message in _messages)
        {
            if (type < 0)
            {
                if (message.Type <= (type == long.MinValue ? long.MaxValue : -type) && (lowest == null || message.Type < lowest.Type))
                {
                    lowest = message;
                }
            }
            else if (type == 0 || message.Type == type != except)
            {
                return message;
            }
        }

        return lowest;
    }

    public void Take(Message message)
    {
        _messages.Remove(message);
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

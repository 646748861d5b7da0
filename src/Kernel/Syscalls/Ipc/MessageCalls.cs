using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Syscalls.Files;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Ipc;

/// <summary>msgget(2), msgsnd(2), msgrcv(2), msgctl(2).</summary>
public sealed class MessageCalls(FileServices services) : IpcFamily(services)
{
    private const int MaximumQueues = 32000;
    private const ulong MaximumText = 8192; // MSGMAX
    private const int NoWait = 0x800; // IPC_NOWAIT
    private const int Cut = 0x1000; // MSG_NOERROR
    private const int Except = 0x2000; // MSG_EXCEPT
    private const int Copy = 0x4000; // MSG_COPY
    private const int IndexStatusCommand = 11;
    private const int MessageInfoCommand = 12;
    private const int AnyStatusCommand = 13;

    private readonly IpcTable _queues = services.IpcTables.Queues;

    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.Msgget, Get);
        table.Add(SyscallNumber.Msgsnd, Send);
        table.Add(SyscallNumber.Msgrcv, Receive, "MSG_COPY: ENOSYS, as on a Linux without checkpointing");
        table.Add(SyscallNumber.Msgctl, Control);
    }

    private Result<long> Get(in SyscallArguments a)
    {
        Result<IpcObject?> opened = _queues.Open(a.Int0, a.Int1, a.Thread.Fs);
        if (!opened.IsOk)
        {
            return opened.Error;
        }

        if (opened.Value is IpcObject found)
        {
            return found.Id;
        }

        MessageQueue made = new(a.Int0, unchecked((uint)a.Int1), a.Thread.Fs) { Changed = Now };
        _queues.Add(made);
        return made.Id;
    }

    private Result<long> Send(in SyscallArguments a)
    {
        if (!a.Space.TryRead(a.Address1, out long type))
        {
            return Errno.EFAULT;
        }

        if (a.A2 > MaximumText || a.Int0 < 0 || type < 1)
        {
            return Errno.EINVAL;
        }

        int length = (int)a.A2;
        byte[] text = new byte[length];
        if (a.Space.Read(a.Address1 + sizeof(long), text) != length)
        {
            return Errno.EFAULT;
        }

        Result<IpcObject> found = _queues.Find(a.Int0);
        if (!found.IsOk)
        {
            return found.Error;
        }

        MessageQueue queue = (MessageQueue)found.Value;
        if (!queue.Allows(a.Thread.Fs, 0x92))
        {
            return Errno.EACCES;
        }

        while (!queue.HasRoomFor(length))
        {
            Errno error = (a.Int3 & NoWait) != 0 ? Errno.EAGAIN : WaitForRoom(queue);
            if (error != Errno.None)
            {
                return error;
            }
        }

        const long BytesEach = 250;
        if (!KernelHeap.CanAllocate(length + (BytesEach * (1 + (queue.Count / 4)))))
        {
            return Errno.ENOMEM;
        }

        Message message = new(type, text);
        queue.SendTime = Now;
        queue.LastSender = a.Process.Id;
        if (!queue.TryGive(message, Now))
        {
            queue.Add(message);
        }

        return 0;
    }

    private Result<long> Receive(in SyscallArguments a)
    {
        int flags = unchecked((int)a.A4);
        long type = unchecked((long)a.A3);
        if (a.Int0 < 0 || a.A2 > long.MaxValue)
        {
            return Errno.EINVAL;
        }

        if ((flags & Copy) != 0)
        {
            return (flags & Except) != 0 || (flags & NoWait) == 0 ? Errno.EINVAL : Errno.ENOSYS;
        }

        Result<IpcObject> found = _queues.Find(a.Int0);
        if (!found.IsOk)
        {
            return found.Error;
        }

        MessageQueue queue = (MessageQueue)found.Value;
        if (!queue.Allows(a.Thread.Fs, 0x124))
        {
            return Errno.EACCES;
        }

        ulong room = (flags & Cut) != 0 ? ulong.MaxValue : a.A2;
        Message? message;
        while ((message = queue.Find(type, (flags & Except) != 0)) == null)
        {
            if ((flags & NoWait) != 0)
            {
                return Errno.ENOMSG;
            }

            PendingReceive pending = new(type, (flags & Except) != 0, room, a.Process.Id);
            queue.Await(pending);
            pending.Wait();
            queue.GiveUp(pending);
            if (pending.Message != null)
            {
                return Deliver(in a, pending.Message);
            }

            // It is not restarted after a handler (signal(7)).
            Errno error = pending.IsOver ? pending.Error : Errno.EINTR;
            if (error != Errno.EAGAIN)
            {
                return error;
            }
        }

        if ((ulong)message.Text.Length > room)
        {
            return Errno.E2BIG;
        }

        queue.Take(message);
        queue.ReceiveTime = Now;
        queue.LastReceiver = a.Process.Id;
        queue.Senders.WakeAll();
        return Deliver(in a, message);
    }

    private static Result<long> Deliver(in SyscallArguments a, Message message)
    {
        int length = (int)Math.Min((ulong)message.Text.Length, a.A2);
        bool isWritten = a.Space.TryWrite(a.Address1, message.Type) && a.Space.Write(a.Address1 + sizeof(long), message.Text.AsSpan(0, length)) == length;
        return isWritten ? length : Errno.EFAULT;
    }

    // It is not restarted after a handler (signal(7)).
    private static Errno WaitForRoom(MessageQueue queue)
    {
        WaitResult result = queue.Senders.Wait(Instant.Never);
        return queue.IsRemoved ? Errno.EIDRM : result == WaitResult.Interrupted ? Errno.EINTR : Errno.None;
    }

    private Result<long> Control(in SyscallArguments a)
    {
        if (a.Int0 < 0)
        {
            return Errno.EINVAL;
        }

        switch (a.Int1)
        {
            case StatusCommand:
                return Status(in a, _queues, a.Int0, a.Address2, MessageQueue.StatusBytes, byIndex: false);
            case IndexStatusCommand:
            case AnyStatusCommand:
                return Status(in a, _queues, a.Int0, a.Address2, MessageQueue.StatusBytes, byIndex: true, isAny: a.Int1 == AnyStatusCommand);
            case InfoCommand:
            case MessageInfoCommand:
                return Info(in a);
            case RemoveCommand:
            case SetCommand:
                return Change(in a);
            default:
                return Errno.EINVAL;
        }
    }

    private Result<long> Change(in SyscallArguments a)
    {
        Span<byte> given = stackalloc byte[MessageQueue.StatusBytes];
        if (a.Int1 == SetCommand && a.Space.Read(a.Address2, given) != given.Length)
        {
            return Errno.EFAULT;
        }

        Result<IpcObject> found = Owned(in a, _queues, a.Int0);
        if (!found.IsOk)
        {
            return found.Error;
        }

        MessageQueue queue = (MessageQueue)found.Value;
        if (a.Int1 == SetCommand)
        {
            ulong capacity = BinaryPrimitives.ReadUInt64LittleEndian(given[88..]);
            if (capacity > MessageQueue.DefaultCapacity && !a.Thread.Fs.Has(Capability.SystemResource))
            {
                return Errno.EPERM;
            }

            Errno error = queue.SetPermission(given, Now);
            if (error != Errno.None)
            {
                return error;
            }

            queue.Capacity = capacity;
            queue.EndReceivers(Errno.EAGAIN);
        }
        else
        {
            _queues.Remove(queue);
            queue.EndReceivers(Errno.EIDRM);
        }

        queue.Senders.WakeAll();
        return 0;
    }

    private Result<long> Info(in SyscallArguments a)
    {
        // struct msginfo: msgpool, msgmap, msgmax, msgmnb, msgmni, msgssz, msgtql, msgseg (ipc/msg.c). MSG_INFO counts queues, messages and bytes.
        int messages = 0;
        ulong bytes = 0;
        for (int i = 0; i <= _queues.HighestIndex; i++)
        {
            if (_queues.At(i) is MessageQueue queue)
            {
                messages += queue.Count;
                bytes += queue.Bytes;
            }
        }

        bool counts = a.Int1 == MessageInfoCommand;
        const int Pool = MaximumQueues * (int)MessageQueue.DefaultCapacity / 1024;
        ReadOnlySpan<int> figures =
        [
            counts ? _queues.Count : Pool, counts ? messages : (int)MessageQueue.DefaultCapacity, (int)MaximumText, (int)MessageQueue.DefaultCapacity, MaximumQueues, 16,
            counts ? (int)Math.Min(bytes, int.MaxValue) : (int)MessageQueue.DefaultCapacity,
        ];
        Span<byte> info = stackalloc byte[(figures.Length + 1) * sizeof(int)];
        for (int i = 0; i < figures.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(info[(i * sizeof(int))..], figures[i]);
        }

        BinaryPrimitives.WriteUInt16LittleEndian(info[^4..], ushort.MaxValue);
        return a.Space.Write(a.Address2, info) == info.Length ? Math.Max(0, _queues.HighestIndex) : Errno.EFAULT;
    }
}

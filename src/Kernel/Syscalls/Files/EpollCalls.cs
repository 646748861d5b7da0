using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Files;

/// <summary>epoll_create(2), epoll_ctl(2), epoll_wait(2).</summary>
public sealed class EpollCalls(FileServices services) : WaitingFamily(services)
{
    private const int EventBytes = 12; // packed on x86-64
    private const int MaximumBatch = 64;
    private const int MaximumEvents = int.MaxValue / EventBytes;

    // EPOLLEXCLUSIVE_OK_BITS: EPOLLWAKEUP and EPOLLET besides what is to be waited for.
    private const PollEvents BesideExclusive =
        PollEvents.Exclusive | PollEvents.In | PollEvents.Out | PollEvents.Error | PollEvents.HangUp | PollEvents.WakeUp |
        PollEvents.EdgeTriggered;

    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.EpollCreate, (in SyscallArguments a) => a.Int0 <= 0 ? Errno.EINVAL : Make(in a, 0));
        table.Add(SyscallNumber.EpollCreate1, (in SyscallArguments a) => Make(in a, unchecked((uint)a.A0)));
        table.Add(SyscallNumber.EpollCtl, Control);
        table.Add(SyscallNumber.EpollWait, (in SyscallArguments a) => Wait(in a, DeadlineAfterMs(a.Int3), default, 0));
        table.Add(SyscallNumber.EpollPwait, (in SyscallArguments a) => Wait(in a, DeadlineAfterMs(a.Int3), a.Address4, a.A5));
        table.Add(SyscallNumber.EpollPwait2, WaitPrecisely);
    }

    private Result<long> Make(in SyscallArguments a, uint flags)
    {
        if ((flags & ~(uint)OpenFlags.CloseOnExec) != 0)
        {
            return Errno.EINVAL;
        }

        EpollFile file = new(Tree);
        Result<int> added = a.Process.Files.Add(file, flags != 0);
        if (added.IsOk)
        {
            return added.Value;
        }

        file.Release();
        return added.Error;
    }

    private Result<long> Control(in SyscallArguments a)
    {
        const int Add = 1;
        const int Delete = 2;
        const int Modify = 3;
        PollEvents events = PollEvents.None;
        ulong data = 0;
        if (a.Int1 != Delete)
        {
            Span<byte> bytes = stackalloc byte[EventBytes];
            if (a.Space.Read(a.Address3, bytes) != EventBytes)
            {
                return Errno.EFAULT;
            }

            events = (PollEvents)BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            data = BinaryPrimitives.ReadUInt64LittleEndian(bytes[4..]);
        }

        Result<OpenFile> owner = FileOf(in a, a.Int0);
        Result<OpenFile> target = FileOf(in a, a.Int2);
        if (!owner.IsOk || !target.IsOk)
        {
            return Errno.EBADF;
        }

        if (target.Value.Readiness == null)
        {
            return Errno.EPERM;
        }

        if (owner.Value is not EpollFile epoll || target.Value == epoll)
        {
            return Errno.EINVAL;
        }

        bool isExclusive = (events & PollEvents.Exclusive) != 0;
        if (isExclusive && (a.Int1 == Modify || (a.Int1 == Add && (events & ~BesideExclusive) != 0)))
        {
            return Errno.EINVAL; // before anything is looked for
        }

        return a.Int1 switch
        {
            Add => Done(epoll.Add(a.Int2, target.Value, events, data)),
            Delete => Done(epoll.Remove(a.Int2, target.Value)),
            Modify => Done(epoll.Modify(a.Int2, target.Value, events, data)),
            _ => Errno.EINVAL,
        };
    }

    private Result<long> WaitPrecisely(in SyscallArguments a)
    {
        Errno error = ReadDeadline(in a, a.Address3, 1, out Instant deadline);
        return error == Errno.None ? Wait(in a, deadline, a.Address4, a.A5) : error;
    }

    private Result<long> Wait(in SyscallArguments a, Instant deadline, VirtAddr mask, ulong maskBytes)
    {
        Errno error = ReadMask(in a, mask, maskBytes, out ulong signals);
        if (error != Errno.None)
        {
            return error;
        }

        if (a.Int2 <= 0 || a.Int2 > MaximumEvents)
        {
            return Errno.EINVAL;
        }

        if (!VirtAddr.IsUserRange(a.Address1, (ulong)a.Int2 * EventBytes))
        {
            return Errno.EFAULT;
        }

        Result<OpenFile> file = FileOf(in a, a.Int0);
        if (!file.IsOk)
        {
            return file.Error;
        }

        if (file.Value is not EpollFile epoll)
        {
            return Errno.EINVAL;
        }

        if (mask.Value != 0)
        {
            SignalMasks.Enter(a.Thread, signals);
        }

        Span<EpollReady> ready = stackalloc EpollReady[Math.Min(a.Int2, MaximumBatch)];
        epoll.AddReference();
        Result<int> count = epoll.Wait(ready, deadline, out ulong round);
        long told = count.IsOk ? WriteEvents(in a, ready[..count.Value], 0) : 0;

        // The kernel's stack holds one batch; what else is ready now follows.
        int batch = count.IsOk ? count.Value : 0;
        while (batch == ready.Length && told > 0 && told < a.Int2)
        {
            batch = epoll.TakeMore(ready[..(int)Math.Min(ready.Length, a.Int2 - told)], round);
            long written = WriteEvents(in a, ready[..batch], told);
            told = written < 0 ? told : told + written;
            batch = written == batch ? batch : 0;
        }

        epoll.Release();
        LeaveMask(in a, mask, count.Error);
        return !count.IsOk ? count.Error : told < 0 ? Errno.EFAULT : told;
    }

    // Returns how many were written, -1 when none could be.
    private static long WriteEvents(in SyscallArguments a, ReadOnlySpan<EpollReady> ready, long index)
    {
        Span<byte> bytes = stackalloc byte[EventBytes];
        for (int i = 0; i < ready.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)ready[i].Events);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[4..], ready[i].Data);
            if (a.Space.Write(a.Address1 + ((ulong)(index + i) * EventBytes), bytes) != EventBytes)
            {
                return i > 0 ? i : -1;
            }
        }

        return ready.Length;
    }
}

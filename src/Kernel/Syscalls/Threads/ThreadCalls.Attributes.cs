using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

// sched_setattr(2), sched_getattr(2).
public sealed partial class ThreadCalls
{
    // struct sched_attr: size, policy, flags, nice, priority, runtime, deadline, period; since version 1 two utilization clamps.
    private const int FirstAttributeBytes = 48;
    private const int AttributeBytes = 56;
    private const ulong ResetFlag = 1;

    private Result<long> SetAttributes(in SyscallArguments a)
    {
        const ulong KeepPolicy = 8;
        const ulong KeepParameters = 16;
        const ulong Clamps = 0x60;
        const ulong Known = ResetFlag | 2 | 4 | KeepPolicy | KeepParameters | Clamps; // RECLAIM and DL_OVERRUN are for deadlines
        if (a.A1 == 0 || a.Int0 < 0 || unchecked((uint)a.A2) != 0)
        {
            return Errno.EINVAL;
        }

        Span<byte> raw = stackalloc byte[AttributeBytes];
        Errno error = ReadAttributes(in a, raw);
        if (error != Errno.None)
        {
            return error;
        }

        int policy = BinaryPrimitives.ReadInt32LittleEndian(raw[4..]);
        ulong flags = BinaryPrimitives.ReadUInt64LittleEndian(raw[8..]);
        if (policy < 0)
        {
            return Errno.EINVAL;
        }

        UserThread? thread = Target(in a);
        if (thread == null)
        {
            return Errno.ESRCH;
        }

        if ((flags & ~Known) != 0)
        {
            return Errno.EINVAL;
        }

        if ((flags & Clamps) != 0)
        {
            return Errno.EOPNOTSUPP;
        }

        SchedulingAttributes wanted = thread.Scheduling;
        if ((flags & KeepPolicy) == 0)
        {
            wanted = wanted with { Policy = (SchedulingPolicy)policy, ResetsOnFork = (flags & ResetFlag) != 0 };
        }

        if (wanted.Policy == SchedulingPolicy.Deadline)
        {
            return IsDeadline(raw) ? Errno.EBUSY : Errno.EINVAL; // no CPU time can be promised: the admission control of a machine that is full
        }

        if ((flags & KeepParameters) == 0)
        {
            int nice = Math.Clamp(BinaryPrimitives.ReadInt32LittleEndian(raw[16..]), LowestNice, HighestNice);
            wanted = wanted with { Priority = BinaryPrimitives.ReadInt32LittleEndian(raw[20..]), Nice = wanted.IsRealTime ? wanted.Nice : nice };
        }

        return Change(in a, thread, wanted);
    }

    private Result<long> GetAttributes(in SyscallArguments a)
    {
        UserThread? thread = Target(in a);
        uint size = unchecked((uint)a.A2);
        if (a.A1 == 0 || a.Int0 < 0 || size is < FirstAttributeBytes or > PageSize.Bytes || unchecked((uint)a.A3) != 0)
        {
            return Errno.EINVAL;
        }

        if (thread == null)
        {
            return Errno.ESRCH;
        }

        SchedulingAttributes attributes = thread.Scheduling;
        Span<byte> raw = stackalloc byte[AttributeBytes];
        raw.Clear();
        raw = raw[..(int)Math.Min(size, AttributeBytes)];
        BinaryPrimitives.WriteInt32LittleEndian(raw, raw.Length);
        BinaryPrimitives.WriteInt32LittleEndian(raw[4..], (int)attributes.Policy);
        BinaryPrimitives.WriteUInt64LittleEndian(raw[8..], attributes.ResetsOnFork ? ResetFlag : 0);
        BinaryPrimitives.WriteInt32LittleEndian(raw[16..], attributes.IsRealTime ? 0 : attributes.Nice);
        BinaryPrimitives.WriteInt32LittleEndian(raw[20..], attributes.Priority);
        return a.Space.Write(a.Address1, raw) == raw.Length ? 0 : Errno.EFAULT;
    }

    /// <summary>Reads struct sched_attr of whatever version (sched_copy_attr). EFAULT; E2BIG with the size that is known, when it is too small or says what is not known.</summary>
    private static Errno ReadAttributes(in SyscallArguments a, Span<byte> raw)
    {
        raw.Clear();
        if (!a.Space.TryRead(a.Address1, out uint size))
        {
            return Errno.EFAULT;
        }

        size = size == 0 ? FirstAttributeBytes : size;
        bool isKnown = size is >= FirstAttributeBytes and <= PageSize.Bytes;
        for (uint i = AttributeBytes; isKnown && i < size; i++)
        {
            if (!a.Space.TryRead(a.Address1 + i, out byte more))
            {
                return Errno.EFAULT;
            }

            isKnown = more == 0;
        }

        if (!isKnown)
        {
            _ = a.Space.TryWrite(a.Address1, AttributeBytes);
            return Errno.E2BIG;
        }

        int length = (int)Math.Min(size, AttributeBytes);
        return a.Space.Read(a.Address1, raw[..length]) == length ? Errno.None : Errno.EFAULT;
    }

    private static bool IsDeadline(ReadOnlySpan<byte> raw)
    {
        ulong runtime = BinaryPrimitives.ReadUInt64LittleEndian(raw[24..]);
        ulong deadline = BinaryPrimitives.ReadUInt64LittleEndian(raw[32..]);
        ulong period = BinaryPrimitives.ReadUInt64LittleEndian(raw[40..]);
        return BinaryPrimitives.ReadInt32LittleEndian(raw[20..]) == 0 && runtime >= 1024 && deadline >= runtime && (period == 0 || period >= deadline);
    }
}

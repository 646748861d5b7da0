using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

// alarm(2), setitimer(2).
public sealed partial class TimeCalls
{
    private const int TimevalPairBytes = 32;
    private const int RealInterval = 0;
    private const int UserInterval = 1;

    private Result<long> SetAlarm(in SyscallArguments a)
    {
        RealTimer timer = a.Process.RealTimer;
        ulong left = timer.RemainingNs;
        timer.Start(unchecked((uint)a.A0) * (ulong)Billion, 0);
        return left == 0 ? 0 : Math.Max(1, (long)((left + (Billion / 2)) / Billion));
    }

    private Result<long> GetInterval(in SyscallArguments a)
    {
        if (a.Int0 is < 0 or > 2)
        {
            return Errno.EINVAL;
        }

        (ulong interval, ulong left) = StateOf(in a);
        return WriteTimevals(in a, a.Address1, interval, left) ? 0 : Errno.EFAULT;
    }

    private Result<long> SetInterval(in SyscallArguments a)
    {
        ulong interval = 0;
        ulong first = 0;
        if (a.A1 != 0)
        {
            Errno error = ReadTimeval(in a, a.Address1, out interval);
            error = error == Errno.None ? ReadTimeval(in a, a.Address1 + 16, out first) : error;
            if (error != Errno.None)
            {
                return error;
            }
        }

        if (a.Int0 is < 0 or > 2)
        {
            return Errno.EINVAL;
        }

        (ulong oldInterval, ulong oldLeft) = StateOf(in a);
        if (a.Int0 == RealInterval)
        {
            a.Process.RealTimer.Start(first, interval);
        }
        else
        {
            CpuTimerOf(in a).Start(first, interval);
        }

        return a.A2 == 0 || WriteTimevals(in a, a.Address2, oldInterval, oldLeft) ? 0 : Errno.EFAULT;
    }

    private static CpuIntervalTimer CpuTimerOf(in SyscallArguments a) => a.Int0 == UserInterval ? a.Process.UserTimer : a.Process.ProfilingTimer;

    private static (ulong IntervalNs, ulong LeftNs) StateOf(in SyscallArguments a)
    {
        if (a.Int0 != RealInterval)
        {
            CpuIntervalTimer timer = CpuTimerOf(in a);
            return (timer.IntervalNs, timer.RemainingNs);
        }

        RealTimer real = a.Process.RealTimer;
        return (real.IntervalNs, real.RemainingNs);
    }

    private static bool WriteTimevals(in SyscallArguments a, VirtAddr to, ulong interval, ulong left)
    {
        left = left == 0 ? 0 : Math.Max(left, MicrosecondNs); // zero is off
        Span<byte> bytes = stackalloc byte[TimevalPairBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, interval / Billion);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], interval % Billion / MicrosecondNs);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], left / Billion);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], left % Billion / MicrosecondNs);
        return a.Space.Write(to, bytes) == bytes.Length;
    }
}

using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Tasks;
using Mote.Kernel.Time;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

/// <summary>Reading and setting clocks, and sleeping.</summary>
public sealed class TimeCalls
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;
    private const ulong NanosecondsPerMicrosecond = 1000;
    private const int AbsoluteTime = 1; // TIMER_ABSTIME

    /// <summary>Clock ticks a second that times(2) counts in (USER_HZ).</summary>
    private const ulong TicksPerSecond = 100;

    public TimeCalls(SyscallTable table)
    {
        table.Add(SyscallNumber.ClockGettime, GetTime);
        table.Add(SyscallNumber.ClockGetres, GetResolution);
        table.Add(SyscallNumber.ClockSettime, SetTime);
        table.Add(SyscallNumber.Gettimeofday, GetTimeOfDay);
        table.Add(SyscallNumber.Settimeofday, SetTimeOfDay);
        table.Add(SyscallNumber.Time, Time);
        table.Add(SyscallNumber.Nanosleep, Sleep, "a sleep that a stop signal interrupts starts over with its full length");
        table.Add(SyscallNumber.ClockNanosleep, ClockSleep, "CPU-time clocks: EINVAL");
        table.Add(SyscallNumber.Times, Times);
        table.Add(SyscallNumber.Getrusage, GetUsage, "system time is counted with user time");
    }

    private Result<long> GetTime(in SyscallArguments a)
    {
        if (!a.Thread.TryReadClock(a.Int0, out ulong nanoseconds))
        {
            return Errno.EINVAL;
        }

        TimeSpec time = TimeSpec.FromNanoseconds(nanoseconds);
        return a.Space.TryWrite(a.Address1, in time) ? 0 : Errno.EFAULT;
    }

    private Result<long> GetResolution(in SyscallArguments a)
    {
        if (!a.Thread.TryReadClock(a.Int0, out _))
        {
            return Errno.EINVAL;
        }

        TimeSpec resolution = new() { Nanoseconds = 1 };
        return a.A1 == 0 || a.Space.TryWrite(a.Address1, in resolution) ? 0 : Errno.EFAULT;
    }

    private Result<long> SetTime(in SyscallArguments a)
    {
        if (a.Int0 != (int)ClockId.Realtime)
        {
            return Errno.EINVAL;
        }

        if (!a.Space.TryRead(a.Address1, out TimeSpec time))
        {
            return Errno.EFAULT;
        }

        return SetWallClock(in a, time);
    }

    private static Result<long> SetWallClock(in SyscallArguments a, TimeSpec time)
    {
        ulong nanoseconds = time.IsValid ? time.ToNanoseconds() : ulong.MaxValue;
        if (nanoseconds > long.MaxValue)
        {
            return Errno.EINVAL;
        }

        if (!a.Process.FileContext.IsPrivileged)
        {
            return Errno.EPERM;
        }

        a.Process.Host.WallClock.Set((long)nanoseconds);
        return 0;
    }

    private Result<long> GetTimeOfDay(in SyscallArguments a)
    {
        Span<byte> value = stackalloc byte[16];
        if (a.A0 != 0)
        {
            ulong now = unchecked((ulong)a.Process.Host.WallClock.NowNs);
            BinaryPrimitives.WriteUInt64LittleEndian(value, now / NanosecondsPerSecond);
            BinaryPrimitives.WriteUInt64LittleEndian(value[8..], now % NanosecondsPerSecond / NanosecondsPerMicrosecond);
            if (a.Space.Write(a.Address0, value) != value.Length)
            {
                return Errno.EFAULT;
            }
        }

        // The time zone is obsolete and always UTC.
        value[..8].Clear();
        return a.A1 == 0 || a.Space.Write(a.Address1, value[..8]) == 8 ? 0 : Errno.EFAULT;
    }

    private Result<long> SetTimeOfDay(in SyscallArguments a)
    {
        if (a.A0 == 0)
        {
            return 0;
        }

        if (!a.Space.TryRead(a.Address0, out TimeSpec time))
        {
            return Errno.EFAULT;
        }

        if (time.Nanoseconds is < 0 or >= 1_000_000)
        {
            return Errno.EINVAL;
        }

        time.Nanoseconds *= 1000; // the field holds microseconds
        return SetWallClock(in a, time);
    }

    private Result<long> Time(in SyscallArguments a)
    {
        long seconds = a.Process.Host.WallClock.NowNs / WallClock.NanosecondsPerSecond;
        return a.A0 == 0 || a.Space.TryWrite(a.Address0, in seconds) ? seconds : Errno.EFAULT;
    }

    private Result<long> Sleep(in SyscallArguments a)
    {
        if (!a.Space.TryRead(a.Address0, out TimeSpec span))
        {
            return Errno.EFAULT;
        }

        return span.IsValid ? SleepUntil(in a, Clock.Now.Plus(span.ToNanoseconds()), a.Address1) : Errno.EINVAL;
    }

    private Result<long> ClockSleep(in SyscallArguments a)
    {
        ClockId clock = (ClockId)a.Int0;
        if (clock is not (ClockId.Realtime or ClockId.Monotonic or ClockId.BootTime or ClockId.Tai))
        {
            return Errno.EINVAL;
        }

        if (!a.Space.TryRead(a.Address2, out TimeSpec time))
        {
            return Errno.EFAULT;
        }

        if (!time.IsValid)
        {
            return Errno.EINVAL;
        }

        ulong nanoseconds = time.ToNanoseconds();
        if ((a.Int1 & AbsoluteTime) == 0)
        {
            return SleepUntil(in a, Clock.Now.Plus(nanoseconds), a.Address3);
        }

        Instant deadline = clock is ClockId.Realtime or ClockId.Tai
            ? a.Process.Host.WallClock.ToInstant((long)Math.Min(nanoseconds, long.MaxValue))
            : new Instant(nanoseconds);
        return SleepUntil(in a, deadline, default);
    }

    private static Result<long> SleepUntil(in SyscallArguments a, Instant deadline, VirtAddr remaining)
    {
        while (true)
        {
            WaitResult result = a.Thread.Scheduler.Sleep(deadline, isInterruptible: true);
            if (result == WaitResult.TimedOut)
            {
                return 0;
            }

            if (result == WaitResult.Interrupted)
            {
                TimeSpec left = TimeSpec.FromNanoseconds(deadline.Since(Clock.Now));
                return remaining.Value == 0 || a.Space.TryWrite(remaining, in left) ? Errno.ERESTARTNOHAND : Errno.EFAULT;
            }
        }
    }

    private Result<long> Times(in SyscallArguments a)
    {
        if (a.A0 != 0)
        {
            Span<byte> values = stackalloc byte[32];
            values.Clear();
            BinaryPrimitives.WriteUInt64LittleEndian(values, a.Process.CpuTimeNs / (NanosecondsPerSecond / TicksPerSecond));
            if (a.Space.Write(a.Address0, values) != values.Length)
            {
                return Errno.EFAULT;
            }
        }

        return (long)(Clock.Now.Nanoseconds / (NanosecondsPerSecond / TicksPerSecond));
    }

    private Result<long> GetUsage(in SyscallArguments a)
    {
        const int Self = 0;
        const int Children = -1;
        const int Thread = 1;
        const int UsageBytes = 144;
        const int MaxResidentOffset = 32;
        const int MinorFaultsOffset = 64;
        if (a.Int0 is not (Self or Children or Thread))
        {
            return Errno.EINVAL;
        }

        Span<byte> usage = stackalloc byte[UsageBytes];
        usage.Clear();
        if (a.Int0 != Children)
        {
            ulong time = a.Int0 == Thread ? a.Thread.CpuTimeNowNs : a.Process.CpuTimeNs;
            BinaryPrimitives.WriteUInt64LittleEndian(usage, time / NanosecondsPerSecond);
            BinaryPrimitives.WriteUInt64LittleEndian(usage[8..], time % NanosecondsPerSecond / NanosecondsPerMicrosecond);
            BinaryPrimitives.WriteUInt64LittleEndian(usage[MaxResidentOffset..], a.Space.ResidentPages * (PageSize.Bytes / 1024));
            BinaryPrimitives.WriteUInt64LittleEndian(usage[MinorFaultsOffset..], a.Process.Memory.Faults);
        }

        return a.Space.Write(a.Address1, usage) == UsageBytes ? 0 : Errno.EFAULT;
    }
}

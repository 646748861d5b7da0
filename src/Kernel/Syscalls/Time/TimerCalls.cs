using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

/// <summary>Timers that send signals: alarm, interval timers, POSIX timers.</summary>
public sealed class TimerCalls
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;
    private const ulong NanosecondsPerMicrosecond = 1000;
    private const int RealTimer = 0; // ITIMER_REAL
    private const int AbsoluteTime = 1; // TIMER_ABSTIME
    private const int MaxTimers = 1024;

    public TimerCalls(SyscallTable table)
    {
        const string CpuTimers = "ITIMER_VIRTUAL and ITIMER_PROF are refused with EINVAL";
        table.Add(SyscallNumber.Alarm, Alarm);
        table.Add(SyscallNumber.Setitimer, SetInterval, CpuTimers);
        table.Add(SyscallNumber.Getitimer, GetInterval, CpuTimers);
        table.Add(SyscallNumber.TimerCreate, Create, "clocks of CPU time are refused with EINVAL");
        table.Add(SyscallNumber.TimerSettime, Set);
        table.Add(SyscallNumber.TimerGettime, Get);
        table.Add(SyscallNumber.TimerGetoverrun, GetOverrun);
        table.Add(SyscallNumber.TimerDelete, Delete);
    }

    private Result<long> Alarm(in SyscallArguments a)
    {
        ProcessTimer timer = a.Process.Alarm;
        ulong left = (timer.RemainingNs + NanosecondsPerSecond - 1) / NanosecondsPerSecond;
        uint seconds = unchecked((uint)a.A0);
        timer.Set(seconds == 0 ? Instant.Never : Clock.Now.Plus(seconds * NanosecondsPerSecond), 0);
        return (long)left;
    }

    private Result<long> SetInterval(in SyscallArguments a)
    {
        if (a.Int0 != RealTimer)
        {
            return Errno.EINVAL;
        }

        Span<byte> value = stackalloc byte[32];
        if (a.A1 != 0 && a.Space.Read(a.Address1, value) != value.Length)
        {
            return Errno.EFAULT;
        }

        if (!TryReadTimeval(value, out ulong interval) || !TryReadTimeval(value[16..], out ulong first))
        {
            return Errno.EINVAL;
        }

        Result<long> old = a.A2 == 0 ? 0 : WriteInterval(in a, a.Address2);
        if (old.Error == Errno.None)
        {
            a.Process.Alarm.Set(first == 0 ? Instant.Never : Clock.Now.Plus(first), interval);
        }

        return old;
    }

    private Result<long> GetInterval(in SyscallArguments a) =>
        a.Int0 != RealTimer ? Errno.EINVAL : WriteInterval(in a, a.Address1);

    private static Result<long> WriteInterval(in SyscallArguments a, VirtAddr to)
    {
        ProcessTimer timer = a.Process.Alarm;
        Span<byte> value = stackalloc byte[32];
        WriteTimeval(value, timer.IsArmed ? timer.IntervalNs : 0);
        WriteTimeval(value[16..], timer.RemainingNs);
        return a.Space.Write(to, value) == value.Length ? 0 : Errno.EFAULT;
    }

    private static bool TryReadTimeval(ReadOnlySpan<byte> value, out ulong nanoseconds)
    {
        long seconds = BinaryPrimitives.ReadInt64LittleEndian(value);
        long microseconds = BinaryPrimitives.ReadInt64LittleEndian(value[8..]);
        TimeSpec time = new() { Seconds = seconds, Nanoseconds = unchecked(microseconds * 1000) };
        nanoseconds = 0;
        if (microseconds is < 0 or >= 1_000_000 || !time.IsValid)
        {
            return false;
        }

        nanoseconds = time.ToNanoseconds();
        return true;
    }

    private static void WriteTimeval(Span<byte> value, ulong nanoseconds)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(value, nanoseconds / NanosecondsPerSecond);
        BinaryPrimitives.WriteUInt64LittleEndian(value[8..], nanoseconds % NanosecondsPerSecond / NanosecondsPerMicrosecond);
    }

    /// <summary>struct sigevent: value at 0, signal at 8, notification at 12, thread at 16.</summary>
    private Result<long> Create(in SyscallArguments a)
    {
        const int NotifySignal = 0;
        const int NotifyNone = 1;
        const int NotifyThread = 4;
        ClockId clock = (ClockId)a.Int0;
        if (clock is not (ClockId.Realtime or ClockId.Monotonic or ClockId.BootTime or ClockId.Tai))
        {
            return Errno.EINVAL;
        }

        int id = a.Process.NextTimerId();
        ulong value = unchecked((uint)id);
        int number = (int)Signal.SIGALRM;
        int notification = NotifySignal;
        UserThread? target = null;
        if (a.A1 != 0)
        {
            Span<byte> sigevent = stackalloc byte[24];
            if (a.Space.Read(a.Address1, sigevent) != sigevent.Length)
            {
                return Errno.EFAULT;
            }

            value = BinaryPrimitives.ReadUInt64LittleEndian(sigevent);
            number = BinaryPrimitives.ReadInt32LittleEndian(sigevent[8..]);
            notification = BinaryPrimitives.ReadInt32LittleEndian(sigevent[12..]);
            if (notification == NotifyThread)
            {
                target = a.Process.Host.FindThread(BinaryPrimitives.ReadInt32LittleEndian(sigevent[16..]));
            }

            if (notification is not (NotifySignal or NotifyNone or NotifyThread)
                || (notification == NotifyThread && target?.Process != a.Process)
                || (notification != NotifyNone && number is < 1 or > (int)Signal.SIGRTMAX))
            {
                return Errno.EINVAL;
            }
        }

        if (id >= MaxTimers)
        {
            return Errno.EAGAIN;
        }

        ProcessTimer timer = new(a.Process, id)
        {
            Signal = notification == NotifyNone ? Signal.None : (Signal)number,
            Value = value,
            Target = target,
            IsWallClock = clock is ClockId.Realtime or ClockId.Tai,
            Code = SignalInfo.Timer,
        };
        if (!a.Space.TryWrite(a.Address2, in id))
        {
            return Errno.EFAULT;
        }

        a.Process.AddTimer(timer);
        return 0;
    }

    private Result<long> Set(in SyscallArguments a)
    {
        ProcessTimer? timer = a.Process.FindTimer(a.Int0);
        if (timer == null)
        {
            return Errno.EINVAL;
        }

        if (!a.Space.TryRead(a.Address2, out TimeSpec interval) || !a.Space.TryRead(a.Address2 + 16, out TimeSpec first))
        {
            return Errno.EFAULT;
        }

        if (!interval.IsValid || !first.IsValid)
        {
            return Errno.EINVAL;
        }

        Result<long> old = a.A3 == 0 ? 0 : WriteSetting(in a, timer, a.Address3);
        if (old.Error != Errno.None)
        {
            return old;
        }

        ulong nanoseconds = first.ToNanoseconds();
        Instant deadline = nanoseconds == 0
            ? Instant.Never
            : (a.Int1 & AbsoluteTime) == 0
                ? Clock.Now.Plus(nanoseconds)
                : timer.IsWallClock ? a.Process.Host.WallClock.ToInstant((long)Math.Min(nanoseconds, long.MaxValue)) : new Instant(nanoseconds);
        timer.Set(deadline, interval.ToNanoseconds());
        return 0;
    }

    private Result<long> Get(in SyscallArguments a)
    {
        ProcessTimer? timer = a.Process.FindTimer(a.Int0);
        return timer == null ? Errno.EINVAL : WriteSetting(in a, timer, a.Address1);
    }

    private static Result<long> WriteSetting(in SyscallArguments a, ProcessTimer timer, VirtAddr to)
    {
        TimeSpec interval = TimeSpec.FromNanoseconds(timer.IntervalNs);
        TimeSpec left = TimeSpec.FromNanoseconds(timer.RemainingNs);
        return a.Space.TryWrite(to, in interval) && a.Space.TryWrite(to + 16, in left) ? 0 : Errno.EFAULT;
    }

    private Result<long> GetOverrun(in SyscallArguments a)
    {
        ProcessTimer? timer = a.Process.FindTimer(a.Int0);
        return timer == null ? Errno.EINVAL : timer.Overruns;
    }

    private Result<long> Delete(in SyscallArguments a)
    {
        ProcessTimer? timer = a.Process.FindTimer(a.Int0);
        if (timer == null)
        {
            return Errno.EINVAL;
        }

        a.Process.DeleteTimer(timer);
        return 0;
    }
}

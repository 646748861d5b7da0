using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Tasks;
using Mote.Kernel.Time;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

/// <summary>Clocks and sleeping. Programs mostly read clocks in the vDSO; what comes here are the others and the machines without it.</summary>
public sealed partial class TimeCalls(ProcessHost host)
{
    /// <summary>TIME_SETTOD_SEC_MAX: thirty years before the nanoseconds end.</summary>
    private const long FirstTimeTooLate = ((long.MaxValue / Billion) - (30L * 365 * 24 * 3600)) * Billion;

    private const int Realtime = 0;
    private const int Monotonic = 1;
    private const int ProcessCpu = 2;
    private const int ThreadCpu = 3;
    private const int MonotonicRaw = 4;
    private const int RealtimeCoarse = 5;
    private const int MonotonicCoarse = 6;
    private const int BootTime = 7;
    private const int RealtimeAlarm = 8;
    private const int BootTimeAlarm = 9;
    private const int Tai = 11;
    private const long Billion = 1_000_000_000;
    private const long MicrosecondNs = 1000;

    private readonly WaitQueue _nothing = new();

    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.ClockGettime, GetClock);
        table.Add(SyscallNumber.ClockGetres, GetResolution);
        table.Add(SyscallNumber.ClockSettime, SetClock);
        table.Add(SyscallNumber.ClockNanosleep, SleepOnClock);
        table.Add(SyscallNumber.Nanosleep, Sleep);
        table.Add(SyscallNumber.Gettimeofday, GetTimeOfDay);
        table.Add(SyscallNumber.Settimeofday, SetTimeOfDay, "the time zone is ignored");
        table.Add(SyscallNumber.Time, GetTime);
        table.Add(SyscallNumber.Times, GetTimes, "the division into user and system time is sampled each 10 ms of CPU time");
        AddAdjustment(table);
        AddTimers(table);
    }

    /// <summary>A clock's time in nanoseconds; null for a clock that is not there.</summary>
    private long? Read(in SyscallArguments a, int clock)
    {
        switch (clock)
        {
            case Realtime:
            case RealtimeCoarse:
                return host.WallClock.NowNs;
            case Tai:
                return host.WallClock.NowNs + (host.WallClock.TaiOffsetSeconds * Billion);
            case Monotonic:
            case MonotonicRaw:
            case MonotonicCoarse:
            case BootTime:
                return (long)Clock.Now.Nanoseconds;
        }

        Result<CpuClock> cpu = FindCpuClock(in a, clock, isForReading: true);
        return cpu.TryGet(out CpuClock found) ? (long)found.NowNs : null;
    }

    private Result<long> GetClock(in SyscallArguments a)
    {
        if (a.Int0 == Monotonic)
        {
            Timespec time = Timespec.FromNanoseconds(Clock.Now.Nanoseconds);
            return a.Space.TryWriteInline(a.Address1, in time) ? 0 : Errno.EFAULT;
        }

        return GetRareClock(in a);
    }

    private Result<long> GetRareClock(in SyscallArguments a)
    {
        long? now = Read(in a, a.Int0);
        return now == null ? Errno.EINVAL : Timespec.FromSigned(now.Value).TryWrite(a.Space, a.Address1) ? 0 : Errno.EFAULT;
    }

    private Result<long> GetResolution(in SyscallArguments a)
    {
        const long CoarseNs = 4_000_000;
        if (Read(in a, a.Int0) == null)
        {
            return Errno.EINVAL;
        }

        bool isSampled = a.Int0 < 0 && (a.Int0 & 3) != ScheduledTime;
        Timespec resolution = new(0, a.Int0 is RealtimeCoarse or MonotonicCoarse ? CoarseNs : isSampled ? (long)Kernel.Tasks.Scheduler.SampleNs : 1);
        return a.A1 == 0 || resolution.TryWrite(a.Space, a.Address1) ? 0 : Errno.EFAULT;
    }

    private Result<long> SetClock(in SyscallArguments a)
    {
        if (a.Int0 < 0)
        {
            // Each clock of a process or a descriptor has a call for it, which then refuses.
            return !a.Space.TryRead(a.Address1, out long _) || !a.Space.TryRead(a.Address1 + sizeof(long), out long _) ? Errno.EFAULT
                : FindCpuClock(in a, a.Int0, isForReading: false).IsOk ? Errno.EPERM
                : Errno.EINVAL;
        }

        if (a.Int0 != Realtime)
        {
            return Errno.EINVAL;
        }

        Errno error = Timespec.Read(a.Space, a.Address1, out Timespec time);
        return error != Errno.None ? error : SetWall(in a, time.SignedNanoseconds);
    }

    private Result<long> SetWall(in SyscallArguments a, long unixNs) =>
        unixNs >= FirstTimeTooLate ? Errno.EINVAL
        : !a.Thread.Credentials.Has(Capability.SystemTime) ? Errno.EPERM
        : TryShow(unixNs) ? 0
        : Errno.EINVAL;

    /// <summary>
    /// Sets the wall clock, unless to before the machine started or so late that it would soon end (do_settimeofday64,
    /// timespec64_valid_settod).
    /// </summary>
    private bool TryShow(long unixNs)
    {
        bool isPossible = unixNs >= (long)Clock.Now.Nanoseconds && unixNs < FirstTimeTooLate;
        if (isPossible)
        {
            host.SetWallClock(unixNs);
        }

        return isPossible;
    }

    /// <summary>Sets the wall clock forwards or back.</summary>
    private bool TryStep(long step)
    {
        long now = host.WallClock.NowNs;
        return (step <= 0 || step < FirstTimeTooLate - now) && TryShow(now + step);
    }

    private Result<long> Sleep(in SyscallArguments a)
    {
        Errno error = Timespec.Read(a.Space, a.Address0, out Timespec time);
        return error != Errno.None ? error : SleepUntil(in a, a.Thread.DeadlineAfter(time.Nanoseconds), a.Address1, Errno.ERESTART_RESTARTBLOCK);
    }

    private Result<long> SleepOnClock(in SyscallArguments a)
    {
        const int Absolute = 1;
        int clock = a.Int0;
        if (!IsKnown(clock))
        {
            return Errno.EINVAL;
        }

        if (clock is ThreadCpu or RealtimeCoarse or MonotonicCoarse or MonotonicRaw || IsDescriptor(clock))
        {
            return Errno.EOPNOTSUPP;
        }

        Errno error = Timespec.Read(a.Space, a.Address2, out Timespec time);
        if (error != Errno.None)
        {
            return error;
        }

        if (clock is RealtimeAlarm or BootTimeAlarm)
        {
            return Errno.EOPNOTSUPP; // no clock that wakes the machine (alarm_timer_nsleep)
        }

        if (clock is ProcessCpu or < 0)
        {
            if (!FindCpuClock(in a, clock, isForReading: false).TryGet(out CpuClock cpu))
            {
                return Errno.EINVAL;
            }

            return SleepOnCpu(in a, cpu, time.Nanoseconds, (a.Int1 & Absolute) != 0);
        }

        if ((a.Int1 & Absolute) == 0)
        {
            return SleepUntil(in a, a.Thread.DeadlineAfter(time.Nanoseconds), a.Address3, Errno.ERESTART_RESTARTBLOCK);
        }

        a.Thread.WaitsForWallClock = IsWall(clock);
        Result<long> outcome = SleepUntil(in a, InstantOf(clock, in time), default, Errno.ERESTARTNOHAND);
        a.Thread.WaitsForWallClock = false;
        return outcome;
    }

    /// <summary>Whether Linux has functions for a clock at all (clockid_to_kclock); they may find that it stands for nothing.</summary>
    private static bool IsKnown(int clock) => clock is < 0 or (>= Realtime and <= BootTimeAlarm) or Tai;

    /// <summary>Whether a clock is that of a descriptor (CLOCKFD): there are no such devices.</summary>
    private static bool IsDescriptor(int clock) => clock < 0 && (clock & 7) == 3;

    private static bool IsWall(int clock) => clock is Realtime or RealtimeAlarm or Tai;

    /// <summary>When a clock that follows the time shows this, as long as the wall clock is not set.</summary>
    private Instant InstantOf(int clock, in Timespec time) => clock switch
    {
        Realtime or RealtimeAlarm => host.WallClock.ToInstant(time.SignedNanoseconds),
        Tai => host.WallClock.ToInstant(time.SignedNanoseconds - (host.WallClock.TaiOffsetSeconds * Billion)),
        _ => new Instant(time.Nanoseconds),
    };

    private Result<long> SleepUntil(in SyscallArguments a, Instant deadline, VirtAddr remaining, Errno restart)
    {
        while (true)
        {
            switch (_nothing.Wait(deadline))
            {
                case WaitResult.TimedOut:
                    return 0;
                case WaitResult.Interrupted:
                    if (remaining.Value != 0 && !Timespec.FromNanoseconds(deadline.Since(Clock.Now)).TryWrite(a.Space, remaining))
                    {
                        return Errno.EFAULT;
                    }

                    return restart;
            }
        }
    }

    private Result<long> GetTimeOfDay(in SyscallArguments a)
    {
        if (a.A0 != 0)
        {
            Timespec now = Timespec.FromSigned(host.WallClock.NowNs);
            if (!(now with { Fraction = now.Fraction / MicrosecondNs }).TryWrite(a.Space, a.Address0))
            {
                return Errno.EFAULT;
            }
        }

        return a.A1 == 0 || a.Space.TryWrite(a.Address1, 0UL) ? 0 : Errno.EFAULT;
    }

    private Result<long> SetTimeOfDay(in SyscallArguments a)
    {
        const int LargestMinutes = 15 * 60;
        ulong nanoseconds = 0;
        Errno error = a.A0 == 0 ? Errno.None : ReadTimeval(in a, a.Address0, out nanoseconds);
        if (error != Errno.None)
        {
            return error;
        }

        int minutesWest = 0;
        if (a.A1 != 0 && (!a.Space.TryRead(a.Address1, out minutesWest) || !a.Space.TryRead(a.Address1 + sizeof(int), out int _)))
        {
            return Errno.EFAULT;
        }

        if (a.A0 != 0 && nanoseconds >= (ulong)FirstTimeTooLate)
        {
            return Errno.EINVAL;
        }

        if (!a.Thread.Credentials.Has(Capability.SystemTime))
        {
            return Errno.EPERM;
        }

        if (minutesWest is < -LargestMinutes or > LargestMinutes)
        {
            return Errno.EINVAL;
        }

        return a.A0 == 0 ? 0 : SetWall(in a, (long)nanoseconds);
    }

    private Result<long> GetTime(in SyscallArguments a)
    {
        long seconds = Timespec.FromSigned(host.WallClock.NowNs).Seconds;
        return a.A0 == 0 || a.Space.TryWrite(a.Address0, seconds) ? seconds : Errno.EFAULT;
    }

    private Result<long> GetTimes(in SyscallArguments a)
    {
        const ulong TickNs = 10_000_000;
        if (a.A0 != 0)
        {
            Span<byte> bytes = stackalloc byte[32];
            bytes.Clear();
            CpuTimes times = a.Process.CpuTimes;
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, times.UserNs / TickNs);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], times.SystemNs / TickNs);
            if (a.Space.Write(a.Address0, bytes) != bytes.Length)
            {
                return Errno.EFAULT;
            }
        }

        return (long)(Clock.Now.Nanoseconds / TickNs);
    }

    /// <summary>Reads a struct timeval into nanoseconds. EFAULT, EINVAL.</summary>
    private static Errno ReadTimeval(in SyscallArguments a, VirtAddr from, out ulong nanoseconds)
    {
        nanoseconds = 0;
        if (!a.Space.TryRead(from, out long seconds) || !a.Space.TryRead(from + 8, out long micros))
        {
            return Errno.EFAULT;
        }

        if (seconds < 0 || micros is < 0 or >= 1_000_000)
        {
            return Errno.EINVAL;
        }

        nanoseconds = new Timespec(seconds, micros * MicrosecondNs).Nanoseconds;
        return Errno.None;
    }
}

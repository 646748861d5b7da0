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
        table.Add(SyscallNumber.ClockSettime, SetClock, "CLOCK_REALTIME only; timers on the old time keep it");
        table.Add(SyscallNumber.ClockNanosleep, SleepOnClock, "CPU-time clocks are EOPNOTSUPP");
        table.Add(SyscallNumber.Nanosleep, Sleep);
        table.Add(SyscallNumber.Gettimeofday, GetTimeOfDay);
        table.Add(SyscallNumber.Settimeofday, SetTimeOfDay, "the time zone is ignored");
        table.Add(SyscallNumber.Time, GetTime);
        table.Add(SyscallNumber.Times, GetTimes, "all CPU time counts as user time");
        table.Refuse(SyscallNumber.Adjtimex, NoAdjustment, "the clock is not steered: EPERM");
        table.Refuse(SyscallNumber.ClockAdjtime, NoAdjustment, "the clock is not steered: EPERM");
        AddTimers(table);
    }

    /// <summary>A clock's time in nanoseconds; null for a clock that is not there.</summary>
    private long? Read(in SyscallArguments a, int clock)
    {
        switch (clock)
        {
            case Realtime:
            case RealtimeCoarse:
            case RealtimeAlarm:
            case Tai:
                return host.WallClock.NowNs;
            case Monotonic:
            case MonotonicRaw:
            case MonotonicCoarse:
            case BootTime:
            case BootTimeAlarm:
                return (long)Clock.Now.Nanoseconds;
            case ProcessCpu:
                return (long)a.Process.CpuTimeNs;
            case ThreadCpu:
                return (long)a.Thread.TotalCpuTimeNs;
        }

        if (clock >= 0)
        {
            return null;
        }

        // The clocks of pthread_getcpuclockid(3): the complement of a number, and three bits: per thread, and which of three counts.
        int id = ~(clock >> 3);
        if ((clock & 4) != 0)
        {
            UserThread? thread = id == 0 ? a.Thread : host.FindThread(id);
            return thread == null ? null : (long)thread.TotalCpuTimeNs;
        }

        Process? process = id == 0 ? a.Process : host.FindProcess(id);
        return process == null ? null : (long)process.CpuTimeNs;
    }

    private Result<long> GetClock(in SyscallArguments a)
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

        Timespec resolution = new(0, a.Int0 is RealtimeCoarse or MonotonicCoarse ? CoarseNs : 1);
        return a.A1 == 0 || resolution.TryWrite(a.Space, a.Address1) ? 0 : Errno.EFAULT;
    }

    private Result<long> SetClock(in SyscallArguments a)
    {
        if (a.Int0 != Realtime)
        {
            return Errno.EINVAL;
        }

        Errno error = Timespec.Read(a.Space, a.Address1, out Timespec time);
        return error != Errno.None ? error : SetWall(in a, time.SignedNanoseconds);
    }

    private Result<long> SetWall(in SyscallArguments a, long unixNs)
    {
        if (!a.Process.Credentials.IsPrivileged)
        {
            return Errno.EPERM;
        }

        host.WallClock.Set(unixNs);
        host.Vdso?.SetWallOffset(host.WallClock.OffsetNs);
        return 0;
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
        if (clock is ProcessCpu or ThreadCpu or < 0)
        {
            return clock == ThreadCpu ? Errno.EINVAL : Errno.EOPNOTSUPP;
        }

        if (clock is RealtimeCoarse or MonotonicCoarse or MonotonicRaw)
        {
            return Errno.EOPNOTSUPP;
        }

        if (Read(in a, clock) == null)
        {
            return Errno.EINVAL;
        }

        Errno error = Timespec.Read(a.Space, a.Address2, out Timespec time);
        if (error != Errno.None)
        {
            return error;
        }

        if ((a.Int1 & Absolute) == 0)
        {
            return SleepUntil(in a, a.Thread.DeadlineAfter(time.Nanoseconds), a.Address3, Errno.ERESTART_RESTARTBLOCK);
        }

        bool isWall = clock is Realtime or RealtimeAlarm or Tai;
        return SleepUntil(in a, isWall ? host.WallClock.ToInstant(time.SignedNanoseconds) : new Instant(time.Nanoseconds), default, Errno.ERESTARTNOHAND);
    }

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
        if (a.A1 != 0 && !a.Space.TryRead(a.Address1, out ulong _))
        {
            return Errno.EFAULT; // the time zone, which is not used
        }

        if (a.A0 == 0)
        {
            return 0;
        }

        Errno error = ReadTimeval(in a, a.Address0, out ulong nanoseconds);
        return error != Errno.None ? error : SetWall(in a, (long)nanoseconds);
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
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, a.Process.CpuTimeNs / TickNs);
            if (a.Space.Write(a.Address0, bytes) != bytes.Length)
            {
                return Errno.EFAULT;
            }
        }

        return (long)(Clock.Now.Nanoseconds / TickNs);
    }

    private Result<long> NoAdjustment(in SyscallArguments a) => Errno.EPERM;

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

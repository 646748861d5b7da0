using Mote.Abi.Linux;
using Mote.Kernel.Time;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Files;

// timerfd_create(2).
public sealed partial class EventCalls
{
    private const int RealTime = 0;
    private const int Monotonic = 1;
    private const int BootTime = 7;
    private const int RealTimeAlarm = 8;
    private const int BootTimeAlarm = 9;
    private const int PairBytes = 16;

    private Result<long> MakeTimer(in SyscallArguments a)
    {
        uint flags = unchecked((uint)a.A1);
        if ((flags & ~(CloseOnExec | NonBlock)) != 0 || a.Int0 is not (RealTime or Monotonic or BootTime or RealTimeAlarm or BootTimeAlarm))
        {
            return Errno.EINVAL;
        }

        if ((a.Int0 is RealTimeAlarm or BootTimeAlarm) && !a.Thread.Credentials.Has(Capability.WakeAlarm))
        {
            return Errno.EPERM;
        }

        TimerFile file = new(Tree, Services.Scheduler, a.Int0, a.Int0 is RealTime or RealTimeAlarm, (OpenFlags)(flags & NonBlock));
        return Install(in a, file, (flags & CloseOnExec) != 0);
    }

    private Result<long> SetTimer(in SyscallArguments a)
    {
        const uint Absolute = 1;
        const uint CancelOnSet = 2;
        uint flags = unchecked((uint)a.A1);
        Errno error = ReadSpan(in a, a.Address2, out ulong intervalNs);
        if (error == Errno.None)
        {
            error = ReadSpan(in a, a.Address2 + PairBytes, out ulong valueNs);
            if (error == Errno.None)
            {
                Result<OpenFile> file = FileOf(in a, a.Int0);
                if ((flags & ~(Absolute | CancelOnSet)) != 0)
                {
                    return Errno.EINVAL;
                }

                if (!file.IsOk)
                {
                    return file.Error;
                }

                return file.Value is TimerFile timer ? Set(in a, timer, (flags & Absolute) != 0, (flags & CancelOnSet) != 0, valueNs, intervalNs) : Errno.EINVAL;
            }
        }

        return error;
    }

    private Result<long> Set(in SyscallArguments a, TimerFile timer, bool isAbsolute, bool isCancelled, ulong valueNs, ulong intervalNs)
    {
        if (a.A3 != 0 && !TryWriteState(in a, a.Address3, timer))
        {
            return Errno.EFAULT;
        }

        Instant due = valueNs == 0 ? Instant.Never
            : !isAbsolute ? Clock.Now.Plus(valueNs)
            : timer.IsRealTime ? Services.WallClock.ToInstant((long)valueNs)
            : new Instant(valueNs);
        bool isWall = timer.IsRealTime && isAbsolute;
        timer.Set(due, intervalNs, isWall, isWall && isCancelled);
        timer.SetFlags = unchecked((uint)a.A1);
        return 0;
    }

    private Result<long> GetTimer(in SyscallArguments a)
    {
        Result<OpenFile> file = FileOf(in a, a.Int0);
        if (!file.IsOk)
        {
            return file.Error;
        }

        if (file.Value is not TimerFile timer)
        {
            return Errno.EINVAL;
        }

        return TryWriteState(in a, a.Address1, timer) ? 0 : Errno.EFAULT;
    }

    private static bool TryWriteState(in SyscallArguments a, VirtAddr address, TimerFile timer)
    {
        long interval = (long)timer.IntervalNs;
        long remaining = (long)timer.RemainingNs;
        return TryWriteTimePair(a.Space, address, interval / WallClock.NanosecondsPerSecond, interval % WallClock.NanosecondsPerSecond) &&
            TryWriteTimePair(a.Space, address + PairBytes, remaining / WallClock.NanosecondsPerSecond, remaining % WallClock.NanosecondsPerSecond);
    }

    /// <summary>Reads a struct timespec as a span; what does not fit into 63 bits of nanoseconds is the longest span. EFAULT, EINVAL.</summary>
    private static Errno ReadSpan(in SyscallArguments a, VirtAddr address, out ulong spanNs)
    {
        spanNs = 0;
        Errno error = ReadTimePair(a.Space, address, out long seconds, out long nanoseconds);
        if (error != Errno.None)
        {
            return error;
        }

        if (seconds < 0 || nanoseconds is < 0 or >= WallClock.NanosecondsPerSecond)
        {
            return Errno.EINVAL;
        }

        spanNs = seconds >= long.MaxValue / WallClock.NanosecondsPerSecond
            ? long.MaxValue
            : ((ulong)seconds * WallClock.NanosecondsPerSecond) + (ulong)nanoseconds;
        return Errno.None;
    }
}

using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Time;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

// alarm(2), setitimer(2), timer_create(2).
public sealed partial class TimeCalls
{
    private const int TimevalPairBytes = 32;

    private void AddTimers(SyscallTable table)
    {
        table.Add(SyscallNumber.Alarm, SetAlarm);
        table.Add(SyscallNumber.Getitimer, GetInterval, "ITIMER_REAL; the CPU-time ones read as off");
        table.Add(SyscallNumber.Setitimer, SetInterval, "ITIMER_REAL; the CPU-time ones are EINVAL unless they are switched off");
        table.Add(SyscallNumber.TimerCreate, CreateTimer, "CPU-time clocks are EINVAL");
        table.Add(SyscallNumber.TimerSettime, SetTimer);
        table.Add(SyscallNumber.TimerGettime, GetTimer);
        table.Add(SyscallNumber.TimerGetoverrun, GetOverrun);
        table.Add(SyscallNumber.TimerDelete, DeleteTimer);
    }

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

        RealTimer timer = a.Process.RealTimer;
        return WriteTimevals(in a, a.Address1, a.Int0 == 0 ? timer.IntervalNs : 0, a.Int0 == 0 ? timer.RemainingNs : 0) ? 0 : Errno.EFAULT;
    }

    private Result<long> SetInterval(in SyscallArguments a)
    {
        if (a.Int0 is < 0 or > 2)
        {
            return Errno.EINVAL;
        }

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

        if (a.Int0 != 0 && first != 0)
        {
            return Errno.EINVAL;
        }

        RealTimer timer = a.Process.RealTimer;
        bool isReal = a.Int0 == 0;
        ulong oldInterval = isReal && timer.IsArmed ? timer.IntervalNs : 0;
        ulong oldLeft = isReal ? timer.RemainingNs : 0;
        if (isReal)
        {
            timer.Start(first, interval);
        }

        return a.A2 == 0 || WriteTimevals(in a, a.Address2, oldInterval, oldLeft) ? 0 : Errno.EFAULT;
    }

    private static bool WriteTimevals(in SyscallArguments a, VirtAddr to, ulong interval, ulong left)
    {
        Span<byte> bytes = stackalloc byte[TimevalPairBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, interval / Billion);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], interval % Billion / MicrosecondNs);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], left / Billion);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], left % Billion / MicrosecondNs);
        return a.Space.Write(to, bytes) == bytes.Length;
    }

    private Result<long> CreateTimer(in SyscallArguments a)
    {
        const int NotifySignal = 0;
        const int NotifyNone = 1;
        const int NotifyThreadId = 4;
        int clock = a.Int0;
        if (clock is not (Realtime or Monotonic or BootTime or RealtimeAlarm or BootTimeAlarm or Tai))
        {
            return Errno.EINVAL;
        }

        int notify = NotifySignal;
        int signal = (int)Signal.SIGALRM;
        ulong value = 0;
        UserThread? thread = null;
        if (a.A1 != 0)
        {
            Span<byte> sigevent = stackalloc byte[64];
            if (a.Space.Read(a.Address1, sigevent) != sigevent.Length)
            {
                return Errno.EFAULT;
            }

            value = BinaryPrimitives.ReadUInt64LittleEndian(sigevent);
            signal = BinaryPrimitives.ReadInt32LittleEndian(sigevent[8..]);
            notify = BinaryPrimitives.ReadInt32LittleEndian(sigevent[12..]);
            if (notify is not (NotifySignal or NotifyNone or NotifyThreadId) || (notify != NotifyNone && signal is < 1 or > (int)Signal.SIGRTMAX))
            {
                return Errno.EINVAL;
            }

            if (notify == NotifyThreadId)
            {
                thread = host.FindThread(BinaryPrimitives.ReadInt32LittleEndian(sigevent[16..]));
                if (thread?.Process != a.Process)
                {
                    return Errno.EINVAL;
                }
            }
        }

        PosixTimer timer = new(a.Process)
        {
            IsWall = clock is Realtime or RealtimeAlarm or Tai,
            Signal = notify == NotifyNone ? Signal.None : (Signal)signal,
            Value = value,
            Thread = thread,
        };
        int id = a.Process.Timers.Add(timer);
        if (a.A1 == 0)
        {
            timer.Value = (ulong)id;
        }

        if (!a.Space.TryWrite(a.Address2, id))
        {
            a.Process.Timers.Remove(timer);
            return Errno.EFAULT;
        }

        return 0;
    }

    private Result<long> SetTimer(in SyscallArguments a)
    {
        const int Absolute = 1;
        PosixTimer? timer = a.Process.Timers.Find(a.Int0);
        if (timer == null || a.A2 == 0)
        {
            return Errno.EINVAL;
        }

        Errno error = Timespec.Read(a.Space, a.Address2, out Timespec interval);
        Timespec first = default;
        error = error == Errno.None ? Timespec.Read(a.Space, a.Address2 + Timespec.Bytes, out first) : error;
        if (error != Errno.None)
        {
            return error;
        }

        ulong oldInterval = timer.IntervalNs;
        ulong oldLeft = RemainingOf(timer);
        host.Scheduler.Timers.Cancel(timer);
        timer.IntervalNs = interval.Nanoseconds;
        if (first.Nanoseconds != 0)
        {
            Instant deadline = (a.Int1 & Absolute) == 0 ? Clock.Now.Plus(first.Nanoseconds)
                : timer.IsWall ? host.WallClock.ToInstant(first.SignedNanoseconds)
                : new Instant(first.Nanoseconds);
            host.Scheduler.Timers.Arm(timer, deadline);
        }

        return a.A3 == 0 || WriteTimer(in a, a.Address3, oldInterval, oldLeft) ? 0 : Errno.EFAULT;
    }

    private Result<long> GetTimer(in SyscallArguments a)
    {
        PosixTimer? timer = a.Process.Timers.Find(a.Int0);
        return timer == null ? Errno.EINVAL : WriteTimer(in a, a.Address1, timer.IntervalNs, RemainingOf(timer)) ? 0 : Errno.EFAULT;
    }

    private Result<long> GetOverrun(in SyscallArguments a) => a.Process.Timers.Find(a.Int0)?.Overrun ?? (Result<long>)Errno.EINVAL;

    private Result<long> DeleteTimer(in SyscallArguments a)
    {
        PosixTimer? timer = a.Process.Timers.Find(a.Int0);
        if (timer == null)
        {
            return Errno.EINVAL;
        }

        host.Scheduler.Timers.Cancel(timer);
        a.Process.Timers.Remove(timer);
        return 0;
    }

    private static ulong RemainingOf(PosixTimer timer) => timer.IsArmed ? Math.Max(1, timer.Deadline.Since(Clock.Now)) : 0;

    private static bool WriteTimer(in SyscallArguments a, VirtAddr to, ulong interval, ulong left) =>
        Timespec.FromNanoseconds(interval).TryWrite(a.Space, to) && Timespec.FromNanoseconds(left).TryWrite(a.Space, to + Timespec.Bytes);
}

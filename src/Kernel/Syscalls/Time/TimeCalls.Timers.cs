using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Time;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

// timer_create(2) and its kin.
public sealed partial class TimeCalls
{
    /// <summary>A timer and what its signal's place may cost.</summary>
    private const int TimerBytes = 1024;

    private void AddTimers(SyscallTable table)
    {
        table.Add(SyscallNumber.Alarm, SetAlarm);
        table.Add(SyscallNumber.Getitimer, GetInterval);
        table.Add(SyscallNumber.Setitimer, SetInterval, "ITIMER_VIRTUAL goes by sampled time");
        table.Add(SyscallNumber.TimerCreate, CreateTimer, "the ALARM clocks are EOPNOTSUPP: there is no clock that wakes the machine");
        table.Add(SyscallNumber.TimerSettime, SetTimer);
        table.Add(SyscallNumber.TimerGettime, GetTimer);
        table.Add(SyscallNumber.TimerGetoverrun, GetOverrun);
        table.Add(SyscallNumber.TimerDelete, DeleteTimer);
    }

    private Result<long> CreateTimer(in SyscallArguments a)
    {
        const int NotifySignal = 0;
        const int NotifyNone = 1;
        const int NotifyThreadId = 4;
        int clock = a.Int0;
        Span<byte> sigevent = stackalloc byte[64];
        if (a.A1 != 0 && a.Space.Read(a.Address1, sigevent) != sigevent.Length)
        {
            return Errno.EFAULT;
        }

        if (!IsKnown(clock))
        {
            return Errno.EINVAL;
        }

        if (clock is MonotonicRaw or RealtimeCoarse or MonotonicCoarse || IsDescriptor(clock))
        {
            return Errno.EOPNOTSUPP;
        }

        if (a.Process.SignalBudget.IsSpent || !KernelHeap.CanAllocate(TimerBytes))
        {
            return Errno.EAGAIN;
        }

        int notify = NotifySignal;
        int signal = (int)Signal.SIGALRM;
        ulong value = 0;
        UserThread? thread = null;
        if (a.A1 != 0)
        {
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

        // The number is given before the clock is asked.
        if (!a.Space.TryWrite(a.Address2, 0))
        {
            return Errno.EFAULT;
        }

        bool isCpu = clock is ProcessCpu or ThreadCpu or < 0;
        CpuClock cpu = default;
        if (isCpu && !FindCpuClock(in a, clock, isForReading: false).TryGet(out cpu))
        {
            return Errno.EINVAL;
        }

        if (clock is RealtimeAlarm or BootTimeAlarm)
        {
            return Errno.EOPNOTSUPP; // no clock that wakes the machine (alarm_timer_create)
        }

        PosixTimer timer = new(a.Process, isCpu ? cpu : null)
        {
            ClockId = clock,
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
        if (a.A2 == 0)
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

        PosixTimer? timer = a.Process.Timers.Find(a.Int0);
        if (timer == null)
        {
            return Errno.EINVAL;
        }

        ulong oldInterval = timer.IntervalNs;
        ulong oldLeft = timer.RemainingNs;
        if (first.Nanoseconds == 0)
        {
            timer.Stop();
        }
        else
        {
            bool isAbsolute = (a.Int1 & Absolute) != 0;
            timer.Start(DueOf(timer, in first, isAbsolute), interval.Nanoseconds, isAbsolute && IsWall(timer.ClockId));
        }

        return a.A3 == 0 || WriteTimer(in a, a.Address3, oldInterval, oldLeft) ? 0 : Errno.EFAULT;
    }

    private Result<long> GetTimer(in SyscallArguments a)
    {
        PosixTimer? timer = a.Process.Timers.Find(a.Int0);
        return timer == null ? Errno.EINVAL : WriteTimer(in a, a.Address1, timer.IntervalNs, timer.RemainingNs) ? 0 : Errno.EFAULT;
    }

    private Result<long> GetOverrun(in SyscallArguments a) => a.Process.Timers.Find(a.Int0)?.Overrun ?? (Result<long>)Errno.EINVAL;

    private Result<long> DeleteTimer(in SyscallArguments a)
    {
        PosixTimer? timer = a.Process.Timers.Find(a.Int0);
        if (timer == null)
        {
            return Errno.EINVAL;
        }

        a.Process.Timers.Remove(timer);
        return 0;
    }

    private ulong DueOf(PosixTimer timer, in Timespec time, bool isAbsolute)
    {
        ulong now = timer.NowNs;
        return !isAbsolute ? now + Math.Min(time.Nanoseconds, ulong.MaxValue - now)
            : timer.IsOnCpuTime ? time.Nanoseconds
            : InstantOf(timer.ClockId, in time).Nanoseconds;
    }

    private static bool WriteTimer(in SyscallArguments a, VirtAddr to, ulong interval, ulong left) =>
        Timespec.FromNanoseconds(interval).TryWrite(a.Space, to) && Timespec.FromNanoseconds(left).TryWrite(a.Space, to + Timespec.Bytes);
}

using Mote.Abi.Linux;
using Mote.Kernel.Time;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Files;

/// <summary>What poll, select and epoll_wait share: deadlines, and the signal mask that holds while they wait.</summary>
public abstract class WaitingFamily(FileServices services) : FileFamily(services)
{
    private const ulong SignalSetBytes = 8;

    /// <summary>The deadline of a timeout in milliseconds; negative is none.</summary>
    protected static Instant DeadlineAfterMs(int timeoutMs) =>
        timeoutMs < 0 ? Instant.Never : Clock.Now.Plus((ulong)timeoutMs * 1_000_000);

    /// <summary>The deadline of a timeout of the program in seconds and a fraction, with <paramref name="unitNs"/> its nanoseconds; a null address is none. EFAULT, EINVAL.</summary>
    protected static Errno ReadDeadline(in SyscallArguments a, VirtAddr address, ulong unitNs, out Instant deadline)
    {
        deadline = Instant.Never;
        if (address.Value == 0)
        {
            return Errno.None;
        }

        Errno error = ReadTimePair(a.Space, address, out long seconds, out long fraction);
        if (error != Errno.None)
        {
            return error;
        }

        if (unitNs > 1)
        {
            // Microseconds may be more than a second's; what is too much is a negative time (kern_select).
            long perSecond = WallClock.NanosecondsPerSecond / (long)unitNs;
            seconds = unchecked(seconds + (fraction / perSecond));
            fraction %= perSecond;
        }

        if (seconds < 0 || fraction < 0 || (unitNs == 1 && fraction >= WallClock.NanosecondsPerSecond))
        {
            return Errno.EINVAL;
        }

        if (seconds < long.MaxValue / WallClock.NanosecondsPerSecond / 2)
        {
            deadline = Clock.Now.Plus(((ulong)seconds * WallClock.NanosecondsPerSecond) + ((ulong)fraction * unitNs));
        }

        return Errno.None;
    }

    /// <summary>Tells select and ppoll callers how much of the timeout was left, as Linux does. The result of the call, which cannot restart when that is not possible.</summary>
    protected static Result<long> WriteRemaining(in SyscallArguments a, VirtAddr address, ulong unitNs, Instant deadline, Result<long> result)
    {
        if (address.Value == 0 || deadline.IsNever)
        {
            return result;
        }

        ulong left = deadline.Since(Clock.Now);

        // A timeout in read-only memory is no error (Linux: poll_select_finish).
        bool isWritten = TryWriteTimePair(a.Space, address, (long)(left / WallClock.NanosecondsPerSecond), (long)(left % WallClock.NanosecondsPerSecond / unitNs));
        return !isWritten && result.Error == Errno.ERESTARTNOHAND ? Errno.EINTR : result;
    }

    /// <summary>Puts the mask in place that holds during the wait; a null address changes nothing. EFAULT, EINVAL.</summary>
    protected static Errno EnterMask(in SyscallArguments a, VirtAddr address, ulong size)
    {
        Errno error = ReadMask(in a, address, size, out ulong bits);
        if (error == Errno.None && address.Value != 0)
        {
            SignalMasks.Enter(a.Thread, bits);
        }

        return error;
    }

    /// <summary>Reads the mask that is to hold during the wait; a null address is none. EFAULT, EINVAL.</summary>
    protected static Errno ReadMask(in SyscallArguments a, VirtAddr address, ulong size, out ulong bits)
    {
        bits = 0;
        return address.Value == 0 ? Errno.None
            : size != SignalSetBytes ? Errno.EINVAL
            : a.Space.TryRead(address, out bits) ? Errno.None
            : Errno.EFAULT;
    }

    /// <summary>The wait is over: the old mask comes back, after the delivery of a signal if one ended it.</summary>
    protected static void LeaveMask(in SyscallArguments a, VirtAddr address, Errno error)
    {
        if (address.Value != 0)
        {
            SignalMasks.Leave(a.Thread, error is Errno.EINTR or Errno.ERESTARTNOHAND);
        }
    }
}

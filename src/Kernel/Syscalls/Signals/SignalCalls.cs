using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Time;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

/// <summary>Signals: dispositions, masks, sending, waiting and the return from handlers.</summary>
public sealed partial class SignalCalls
{
    private const ulong SetBytes = 8;

    public SignalCalls(SyscallTable table)
    {
        table.Add(SyscallNumber.RtSigaction, Action);
        table.Add(SyscallNumber.RtSigprocmask, ProcessMask);
        table.Add(SyscallNumber.RtSigreturn, Return);
        table.Add(SyscallNumber.RtSigpending, GetPending);
        table.Add(SyscallNumber.RtSigtimedwait, TimedWait);
        table.Add(SyscallNumber.RtSigsuspend, Suspend);
        table.Add(SyscallNumber.RtSigqueueinfo, QueueInfo);
        table.Add(SyscallNumber.RtTgsigqueueinfo, ThreadQueueInfo);
        table.Add(SyscallNumber.Sigaltstack, AlternateStackCall);
        table.Add(SyscallNumber.Kill, Kill, "process groups: only the caller's own processes are found");
        table.Add(SyscallNumber.Tkill, ThreadKill);
        table.Add(SyscallNumber.Tgkill, GroupThreadKill);
        table.Add(SyscallNumber.Pause, Pause);
        table.Add(SyscallNumber.RestartSyscall, RestartCall, "interrupted sleeps start over by running the instruction again; nothing calls this");
    }

    private static bool IsValid(int number) => number is >= 1 and <= (int)Signal.SIGRTMAX;

    private Result<long> Action(in SyscallArguments a)
    {
        int number = a.Int0;
        if (a.A3 != SetBytes || !IsValid(number))
        {
            return Errno.EINVAL;
        }

        Signal signal = (Signal)number;
        SignalAction old = a.Process.Actions[signal];
        if (a.A1 != 0)
        {
            if (!a.Space.TryRead(a.Address1, out SignalAction action))
            {
                return Errno.EFAULT;
            }

            if (signal is Signal.SIGKILL or Signal.SIGSTOP)
            {
                return Errno.EINVAL;
            }

            a.Process.SetAction(signal, in action);
        }

        return a.A2 == 0 || a.Space.TryWrite(a.Address2, in old) ? 0 : Errno.EFAULT;
    }

    private Result<long> ProcessMask(in SyscallArguments a)
    {
        const int Block = 0;
        const int Unblock = 1;
        const int SetMask = 2;
        if (a.A3 != SetBytes)
        {
            return Errno.EINVAL;
        }

        SignalSet old = a.Thread.Blocked;
        if (a.A1 != 0)
        {
            if (!a.Space.TryRead(a.Address1, out SignalSet set))
            {
                return Errno.EFAULT;
            }

            switch (a.Int0)
            {
                case Block:
                    a.Thread.Blocked = old | set;
                    break;
                case Unblock:
                    a.Thread.Blocked = old & ~set;
                    break;
                case SetMask:
                    a.Thread.Blocked = set;
                    break;
                default:
                    return Errno.EINVAL;
            }
        }

        return a.A2 == 0 || a.Space.TryWrite(a.Address2, in old) ? 0 : Errno.EFAULT;
    }

    /// <summary>The frame replaces all registers; RAX among them is the result, so that the loop stores what is there already.</summary>
    private Result<long> Return(in SyscallArguments a)
    {
        if (!a.Thread.TryReturnFromSignal())
        {
            return 0; // a SIGSEGV is pending
        }

        return unchecked((long)a.Registers.Rax);
    }

    private Result<long> GetPending(in SyscallArguments a)
    {
        if (a.A1 > SetBytes)
        {
            return Errno.EINVAL;
        }

        SignalSet pending = a.Thread.AllPending & a.Thread.Blocked;
        return a.Space.TryWrite(a.Address0, in pending) ? 0 : Errno.EFAULT;
    }

    private Result<long> TimedWait(in SyscallArguments a)
    {
        if (a.A3 != SetBytes)
        {
            return Errno.EINVAL;
        }

        if (!a.Space.TryRead(a.Address0, out SignalSet set))
        {
            return Errno.EFAULT;
        }

        Instant deadline = Instant.Never;
        if (a.A2 != 0)
        {
            if (!a.Space.TryRead(a.Address2, out TimeSpec timeout))
            {
                return Errno.EFAULT;
            }

            if (!timeout.IsValid)
            {
                return Errno.EINVAL;
            }

            deadline = Clock.Now.Plus(timeout.ToNanoseconds());
        }

        UserThread thread = a.Thread;
        set &= ~SignalSet.Unblockable;
        Errno error = thread.WaitForSignal(set, deadline, out SignalInfo info);
        if (error != Errno.None)
        {
            return error;
        }

        if (a.A1 != 0 && !a.Space.TryWrite(a.Address1, in info))
        {
            return Errno.EFAULT;
        }

        return info.Number;
    }

    private Result<long> Suspend(in SyscallArguments a)
    {
        if (a.A1 != SetBytes)
        {
            return Errno.EINVAL;
        }

        if (!a.Space.TryRead(a.Address0, out SignalSet mask))
        {
            return Errno.EFAULT;
        }

        a.Thread.BeginMaskedWait(mask);
        return Pause(in a);
    }

    private Result<long> Pause(in SyscallArguments a)
    {
        while (a.Thread.Scheduler.Sleep(Instant.Never, isInterruptible: true) != Tasks.WaitResult.Interrupted)
        {
        }

        return Errno.ERESTARTNOHAND;
    }

    private Result<long> RestartCall(in SyscallArguments a) => Errno.EINTR;

    private Result<long> AlternateStackCall(in SyscallArguments a)
    {
        AlternateStack old = a.Thread.ShownSignalStack;
        if (a.A0 != 0)
        {
            if (!a.Space.TryRead(a.Address0, out AlternateStack stack))
            {
                return Errno.EFAULT;
            }

            Errno error = a.Thread.TrySetSignalStack(stack);
            if (error != Errno.None)
            {
                return error;
            }
        }

        return a.A1 == 0 || a.Space.TryWrite(a.Address1, in old) ? 0 : Errno.EFAULT;
    }
}

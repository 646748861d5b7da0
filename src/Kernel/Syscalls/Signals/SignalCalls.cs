using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Tasks;
using Mote.Kernel.Time;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

/// <summary>Signals: actions, masks, sending and waiting (signal(7)).</summary>
public sealed partial class SignalCalls(ProcessHost host)
{
    private const ulong SetBytes = 8;
    private const int HighestSignal = (int)Signal.SIGRTMAX;

    private readonly WaitQueue _nothing = new();

    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.RtSigaction, SetAction);
        table.Add(SyscallNumber.RtSigprocmask, SetMask);
        table.Add(SyscallNumber.RtSigreturn, Return);
        table.Add(SyscallNumber.RtSigpending, GetPending);
        table.Add(SyscallNumber.RtSigsuspend, Suspend);
        table.Add(SyscallNumber.RtSigtimedwait, TimedWait);
        table.Add(SyscallNumber.Sigaltstack, SetStack);
        table.Add(SyscallNumber.Pause, Pause);
        AddSending(table);
        AddFiles(table);
    }

    private static bool IsSignal(int number) => number is >= 1 and <= HighestSignal;

    private Result<long> SetAction(in SyscallArguments a)
    {
        if (a.A3 != SetBytes)
        {
            return Errno.EINVAL;
        }

        SignalAction action = default;
        if (a.A1 != 0 && !a.Space.TryRead(a.Address1, out action))
        {
            return Errno.EFAULT;
        }

        Signal signal = (Signal)a.Int0;
        if (!IsSignal(a.Int0) || (a.A1 != 0 && SignalSet.Unblockable.Contains(signal)))
        {
            return Errno.EINVAL;
        }

        SignalAction old = a.Process.ActionOf(signal);
        if (a.A1 != 0)
        {
            action.Flags &= SignalActionFlags.All;
            action.Mask &= ~SignalSet.Unblockable;
            a.Process.SetAction(signal, in action);
        }

        return a.A2 == 0 || a.Space.TryWrite(a.Address2, in old) ? 0 : Errno.EFAULT;
    }

    private Result<long> SetMask(in SyscallArguments a)
    {
        const int Block = 0;
        const int Unblock = 1;
        const int Set = 2;
        if (a.A3 != SetBytes)
        {
            return Errno.EINVAL;
        }

        SignalSet old = a.Thread.Blocked;
        if (a.A1 != 0)
        {
            if (!a.Space.TryRead(a.Address1, out ulong bits))
            {
                return Errno.EFAULT;
            }

            SignalSet given = new(bits);
            switch (a.Int0)
            {
                case Block:
                    a.Thread.Blocked = old | given;
                    break;
                case Unblock:
                    a.Thread.Blocked = old & ~given;
                    break;
                case Set:
                    a.Thread.Blocked = given;
                    break;
                default:
                    return Errno.EINVAL;
            }
        }

        return a.A2 == 0 || a.Space.TryWrite(a.Address2, old.Bits) ? 0 : Errno.EFAULT;
    }

    private Result<long> Return(in SyscallArguments a)
    {
        if (!a.Thread.ReturnFromSignal(ref a.Registers))
        {
            a.Thread.Force(SignalInfo.Fault(Signal.SIGSEGV, SignalInfo.Kernel, 0));
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
        Span<byte> bytes = stackalloc byte[(int)SetBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, pending.Bits);
        bytes = bytes[..(int)a.A1]; // the size that a library believes in
        return a.Space.Write(a.Address0, bytes) == bytes.Length ? 0 : Errno.EFAULT;
    }

    private Result<long> Suspend(in SyscallArguments a)
    {
        if (a.A1 != SetBytes)
        {
            return Errno.EINVAL;
        }

        if (!a.Space.TryRead(a.Address0, out ulong bits))
        {
            return Errno.EFAULT;
        }

        a.Thread.BlockForCall(new SignalSet(bits));
        return WaitForSignal();
    }

    private Result<long> Pause(in SyscallArguments a) => WaitForSignal();

    private Result<long> WaitForSignal()
    {
        while (_nothing.Wait(Instant.Never) != WaitResult.Interrupted)
        {
        }

        return Errno.ERESTARTNOHAND;
    }

    private Result<long> TimedWait(in SyscallArguments a)
    {
        if (a.A3 != SetBytes)
        {
            return Errno.EINVAL;
        }

        if (!a.Space.TryRead(a.Address0, out ulong bits))
        {
            return Errno.EFAULT;
        }

        Instant deadline = Instant.Never;
        if (a.A2 != 0)
        {
            Errno error = Timespec.Read(a.Space, a.Address2, out Timespec timeout);
            if (error != Errno.None)
            {
                return error;
            }

            deadline = Clock.Now.Plus(timeout.Nanoseconds);
        }

        UserThread thread = a.Thread;
        SignalSet wanted = new SignalSet(bits) & ~SignalSet.Unblockable;
        SignalInfo info;
        while (!thread.TryTakeSignal(wanted, out info))
        {
            thread.AwaitedSignals = wanted;
            WaitResult result = _nothing.Wait(deadline);
            thread.AwaitedSignals = default;
            if (result == WaitResult.TimedOut)
            {
                return thread.TryTakeSignal(wanted, out info) ? Report(in a, in info) : Errno.EAGAIN;
            }

            if (result == WaitResult.Interrupted)
            {
                if (thread.TryTakeSignal(wanted, out info))
                {
                    break;
                }

                if (thread.IsEnding || !(thread.AllPending & ~thread.Blocked).IsEmpty)
                {
                    return Errno.EINTR;
                }

                thread.IsInterruptPending = false;
            }
        }

        return Report(in a, in info);
    }

    private static Result<long> Report(in SyscallArguments a, in SignalInfo info)
    {
        if (a.A1 != 0)
        {
            Span<byte> bytes = stackalloc byte[SignalInfo.Bytes];
            info.WriteTo(bytes);
            if (a.Space.Write(a.Address1, bytes) != bytes.Length)
            {
                return Errno.EFAULT;
            }
        }

        return info.Number;
    }

    private Result<long> SetStack(in SyscallArguments a)
    {
        UserThread thread = a.Thread;
        AlternateStack old = thread.SignalStack;
        if (a.A0 != 0)
        {
            if (!a.Space.TryRead(a.Address0, out AlternateStack stack))
            {
                return Errno.EFAULT;
            }

            Errno error = thread.SetSignalStack(stack, a.Registers.Rsp);
            if (error != Errno.None)
            {
                return error;
            }
        }

        if (a.A1 != 0)
        {
            old.Flags = (old.Flags & AlternateStack.AutoDisarm)
                | (old.Size == 0 ? AlternateStack.Disabled : old.IsInUseAt(a.Registers.Rsp) ? AlternateStack.OnStack : 0);
            return a.Space.TryWrite(a.Address1, in old) ? 0 : Errno.EFAULT;
        }

        return 0;
    }
}

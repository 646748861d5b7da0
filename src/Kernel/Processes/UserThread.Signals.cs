using Mote.Abi.Linux;
using Mote.Kernel.Memory;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Processes;

// Signals to one thread: its queue and mask, faults, delivery before the program goes on, and what becomes of an interrupted call.
public sealed partial class UserThread
{
    private SignalSet _blocked;
    private SignalSet _maskBeforeWait;
    private Errno _restart;

    /// <summary>Signals sent to this thread.</summary>
    public PendingSignals Pending { get; } = new();

    /// <summary>Signals that a sigtimedwait(2) of this thread waits for.</summary>
    public SignalSet AwaitedSignals { get; set; }

    /// <summary>Blocked signals. Unblocking a pending one has it delivered before the program goes on.</summary>
    public SignalSet Blocked
    {
        get => _blocked;
        set
        {
            _blocked = value & ~SignalSet.Unblockable;
            if (HasDeliverable)
            {
                _work |= ThreadWork.Signals;
            }
        }
    }

    /// <summary>Pending signals of the thread and its process, blocked or not (sigpending(2) masks them).</summary>
    public SignalSet AllPending => Pending.Set | Process.Pending.Set;

    private bool HasDeliverable => !(AllPending & ~_blocked).IsEmpty;

    /// <summary>Sends a signal to this thread. EAGAIN when a real-time signal finds the queue full.</summary>
    public Errno Send(in SignalInfo info)
    {
        Process.PrepareFor(info.Signal);
        if (State == ThreadState.Exited || Process.IsDropped(info.Signal))
        {
            return Errno.None;
        }

        if (!Pending.TryAdd(in info))
        {
            return Errno.EAGAIN;
        }

        if (WouldTake(info.Signal))
        {
            NotifySignal();
        }

        return Errno.None;
    }

    /// <summary>Replaces the mask for the time of a wait (sigsuspend, ppoll, pselect, epoll_pwait). It comes back after the signals of the wait have been delivered.</summary>
    public void BeginMaskedWait(SignalSet mask)
    {
        if ((_work & ThreadWork.RestoreMask) == 0)
        {
            _maskBeforeWait = _blocked;
            _work |= ThreadWork.RestoreMask;
        }

        Blocked = mask;
        if (HasDeliverable)
        {
            IsInterruptPending = true;
        }
    }

    /// <summary>Ends a masked wait that no signal interrupted: the old mask holds at once.</summary>
    public void EndMaskedWait()
    {
        if ((_work & ThreadWork.RestoreMask) != 0)
        {
            _work &= ~ThreadWork.RestoreMask;
            Blocked = _maskBeforeWait;
        }
    }

    /// <summary>Takes a pending signal for sigtimedwait(2) or signalfd(2), from the thread's queue or the process's.</summary>
    public bool TryTakePending(SignalSet among, out SignalInfo info) =>
        Pending.TryTake(among, out info) || Process.Pending.TryTake(among, out info);

    /// <summary>Waits until one of the signals is pending and takes it (sigtimedwait(2)). EAGAIN at the deadline, EINTR when another signal came.</summary>
    public Errno WaitForSignal(SignalSet set, Instant deadline, out SignalInfo info)
    {
        AwaitedSignals = set;
        Errno error = Errno.None;
        while (!TryTakePending(set, out info))
        {
            WaitResult result = Scheduler.Sleep(deadline, isInterruptible: true);
            if (result == WaitResult.Woken)
            {
                continue;
            }

            if (!TryTakePending(set, out info))
            {
                error = result == WaitResult.TimedOut ? Errno.EAGAIN : Errno.EINTR;
            }

            break;
        }

        AwaitedSignals = default;
        return error;
    }

    /// <summary>rt_sigreturn(2). False when the frame is not valid; the thread then gets SIGSEGV.</summary>
    public bool TryReturnFromSignal()
    {
        if (SignalFrame.TryPop(this))
        {
            return true;
        }

        Force(SignalInfo.Fault(Signal.SIGSEGV, SignalInfo.Kernel, 0));
        return false;
    }

    /// <summary>The alternate stack as sigaltstack(2) shows it.</summary>
    public AlternateStack ShownSignalStack => SignalFrame.Shown(SignalStack, Context.Registers.Rsp);

    /// <summary>Installs an alternate stack: EPERM while on the present one, ENOMEM when too small, EINVAL for unknown flags.</summary>
    public Errno TrySetSignalStack(AlternateStack stack) => SignalFrame.TrySetStack(this, stack);

    internal bool WouldTake(Signal signal) => !_blocked.Contains(signal) || AwaitedSignals.Contains(signal);

    internal void NotifySignal()
    {
        _work |= ThreadWork.Signals;
        Interrupt();
    }

    /// <summary>Raises the signal of a fault: at once and whatever the mask says, because the instruction cannot go on (signal(7)).</summary>
    internal void Force(in SignalInfo info)
    {
        Signal signal = info.Signal;
        SignalActions actions = Process.Actions;
        if (_blocked.Contains(signal) || actions[signal].IsIgnored)
        {
            actions.Set(signal, default);
            _blocked &= ~SignalSet.Of(signal);
        }

        Pending.Discard(SignalSet.Of(signal));
        Pending.TryAdd(in info);
        _work |= ThreadWork.Signals;
    }

    /// <summary>Turns an exception of the program, or a page fault that its memory map refused, into a signal.</summary>
    private void RaiseFault(in Trap trap, FaultOutcome outcome)
    {
        LastTrap = trap;
        if (trap.Kind == TrapKind.PageFault)
        {
            Force(SignalInfo.Fault(
                outcome == FaultOutcome.NoPage ? Signal.SIGBUS : outcome == FaultOutcome.OutOfMemory ? Signal.SIGKILL : Signal.SIGSEGV,
                outcome switch
                {
                    FaultOutcome.NotMapped => SignalCode.SegvMapErr,
                    FaultOutcome.NotAllowed => SignalCode.SegvAccErr,
                    FaultOutcome.NoPage => SignalCode.BusAdrErr,
                    _ => SignalInfo.Kernel,
                },
                trap.FaultAddress.Value));
            return;
        }

        ulong rip = Context.Registers.Rip;
        Force(trap.Vector switch
        {
            0 => SignalInfo.Fault(Signal.SIGFPE, SignalCode.FpeIntDiv, rip),
            1 => SignalInfo.Fault(Signal.SIGTRAP, SignalCode.TrapTrace, rip),
            3 => SignalInfo.Fault(Signal.SIGTRAP, SignalInfo.Kernel, 0),
            4 => SignalInfo.Fault(Signal.SIGSEGV, SignalInfo.Kernel, 0),
            6 => SignalInfo.Fault(Signal.SIGILL, SignalCode.IllIllOpn, rip),
            16 or 19 => SignalInfo.Fault(Signal.SIGFPE, SignalCode.FpeFltInv, rip),
            17 => SignalInfo.Fault(Signal.SIGBUS, SignalCode.BusAdrAln, 0),
            _ => SignalInfo.Fault(Signal.SIGSEGV, SignalInfo.Kernel, 0),
        });
    }

    /// <summary>The trap that the last fault came from, for signal frames and crash reports.</summary>
    internal Trap LastTrap { get; private set; }

    /// <summary>
    /// A call failed. The restart codes leave RAX, the number, alone until it is known whether a handler runs (signal(7), "Interruption of system
    /// calls"); every other error is the result.
    /// </summary>
    private void FailCall(ref UserRegisters registers, Errno error)
    {
        if (error is Errno.ERESTARTSYS or Errno.ERESTARTNOHAND)
        {
            _restart = error;
            _work |= ThreadWork.Restart;
            return;
        }

        registers.Rax = unchecked((ulong)-(long)error);
    }

    /// <summary>Delivers what can be delivered, settles an interrupted call, and restores the mask of a masked wait.</summary>
    private void DeliverSignals()
    {
        _work &= ~ThreadWork.Signals;
        IsInterruptPending = false;
        while (!Process.IsExiting)
        {
            while (Process.IsStopped && !Process.IsExiting)
            {
                Process.Continued.Wait(Instant.Never, isInterruptible: false, isExclusive: false);
            }

            if (!TryTakePending(~_blocked, out SignalInfo info))
            {
                break;
            }

            Deliver(in info);
        }

        if (Process.IsExiting)
        {
            _work |= ThreadWork.Exit;
            return;
        }

        SettleCall(isHandled: false, SignalActionFlags.None);
        EndMaskedWait();
    }

    private void Deliver(in SignalInfo info)
    {
        Signal signal = info.Signal;
        SignalAction action = Process.Actions[signal];
        if (action.IsIgnored)
        {
            return;
        }

        if (action.IsDefault)
        {
            switch (SignalDefaults.Of(signal))
            {
                case DefaultAction.Ignore:
                case DefaultAction.Continue:
                    return;
                case DefaultAction.Stop:
                    Process.Stop();
                    return;
                case DefaultAction.DumpCore:
                    CrashReport.Write(this, in info);
                    Process.ExitGroup((int)signal | 0x80);
                    return;
                default:
                    Process.ExitGroup((int)signal);
                    return;
            }
        }

        SettleCall(isHandled: true, action.Flags);
        SignalSet saved = (_work & ThreadWork.RestoreMask) != 0 ? _maskBeforeWait : _blocked;
        _work &= ~ThreadWork.RestoreMask;
        if ((action.Flags & SignalActionFlags.ResetHandler) != 0)
        {
            Process.Actions.Set(signal, default);
        }

        if (!SignalFrame.TryPush(this, in info, in action, saved))
        {
            // No room for the frame: SIGSEGV, and the default action if that is the signal that could not be delivered.
            if (signal == Signal.SIGSEGV)
            {
                Process.Actions.Set(Signal.SIGSEGV, default);
            }

            Force(SignalInfo.Fault(Signal.SIGSEGV, SignalInfo.Kernel, 0));
            return;
        }

        SignalSet blocked = _blocked | action.Mask;
        if ((action.Flags & SignalActionFlags.NoDefer) == 0)
        {
            blocked |= SignalSet.Of(signal);
        }

        Blocked = blocked;
    }

    /// <summary>An interrupted call starts over when no handler ran, or when the handler asked for it and the call allows it; else it is EINTR.</summary>
    private void SettleCall(bool isHandled, SignalActionFlags flags)
    {
        if ((_work & ThreadWork.Restart) == 0)
        {
            return;
        }

        _work &= ~ThreadWork.Restart;
        ref UserRegisters registers = ref Context.Registers;
        if (!isHandled || (_restart == Errno.ERESTARTSYS && (flags & SignalActionFlags.Restart) != 0))
        {
            registers.Rip = unchecked(registers.Rip - 2); // the SYSCALL instruction has two bytes
        }
        else
        {
            registers.Rax = unchecked((ulong)-(long)Errno.EINTR);
        }
    }
}

using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Processes;

// Signals of one thread: pending ones, the mask, and their delivery on the way back to the program.
public sealed partial class UserThread
{
    private SignalSet _blocked;
    private SignalSet _savedMask;
    private SignalInfo _forced;

    /// <summary>Signals for this thread alone.</summary>
    public SignalQueue PendingSignals { get; }

    /// <summary>Signals that sigtimedwait(2) waits for now, blocked or not.</summary>
    public SignalSet AwaitedSignals { get; set; }

    /// <summary>Blocked signals; SIGKILL and SIGSTOP never are.</summary>
    public SignalSet Blocked
    {
        get => _blocked;
        set
        {
            _blocked = value & ~SignalSet.Unblockable;
            LookForSignals();
        }
    }

    /// <summary>sigaltstack(2), as it was given; <see cref="SetSignalStack"/> changes it.</summary>
    public AlternateStack SignalStack { get; internal set; } = new() { Flags = AlternateStack.Disabled };

    /// <summary>sigaltstack(2) by a thread with that stack pointer: EPERM while it runs on the present one, EINVAL, ENOMEM.</summary>
    public Errno SetSignalStack(AlternateStack stack, ulong stackPointer)
    {
        const ulong MinimumBytes = 2048; // MINSIGSTKSZ
        if (SignalStack.IsInUseAt(stackPointer))
        {
            return Errno.EPERM;
        }

        switch (stack.Flags & ~AlternateStack.AutoDisarm)
        {
            case AlternateStack.Disabled:
                stack.Pointer = 0;
                stack.Size = 0;
                break;
            case 0 or AlternateStack.OnStack when stack.Size >= MinimumBytes:
                break;
            case 0 or AlternateStack.OnStack:
                return Errno.ENOMEM;
            default:
                return Errno.EINVAL;
        }

        SignalStack = stack;
        return Errno.None;
    }

    /// <summary>It was told to end, or a signal waits for it whose default is to end the process.</summary>
    public override bool MustEnd
    {
        get
        {
            SignalSet deliverable = AllPending & ~_blocked;
            bool ends = IsEnding;
            while (!ends && !deliverable.IsEmpty)
            {
                Signal signal = deliverable.First;
                deliverable &= ~SignalSet.Of(signal);
                ends = Process.ActionOf(signal).IsDefault && !SignalDefaults.IsIgnored(signal) && !SignalDefaults.IsStopping(signal);
            }

            return ends;
        }
    }

    /// <summary>Signals that are pending for the thread or its process.</summary>
    public SignalSet AllPending => PendingSignals.Set | Process.PendingSignals.Set;

    /// <summary>Vector of the last exception, its error code and address, for signal frames and reports.</summary>
    internal ulong TrapNumber { get; private set; }

    internal ulong TrapError { get; private set; }

    internal ulong FaultAddress { get; private set; }

    /// <summary>Sends a signal to this thread. EAGAIN when too many are queued.</summary>
    public Errno Send(in SignalInfo info)
    {
        Process.PrepareForSignal(info.Signal);
        if (IsLost(info.Signal))
        {
            return Errno.None;
        }

        Errno error = PendingSignals.Add(in info);
        NoteSent(info.Signal, error == Errno.None);
        return error;
    }

    /// <summary>Sends a timer's signal. False when it would do nothing.</summary>
    internal bool SendFromTimer(in SignalInfo info, PosixTimer timer)
    {
        Process.PrepareForSignal(info.Signal);
        bool isQueued = !IsLost(info.Signal) && State != ThreadState.Exited && PendingSignals.Add(in info, timer) == Errno.None;
        NoteSent(info.Signal, isQueued);
        return isQueued;
    }

    private bool IsLost(Signal signal) => Process.IsIgnored(signal) && !_blocked.Contains(signal) && Process.Host.Observer == null;

    private void NoteSent(Signal signal, bool isQueued)
    {
        if (isQueued && (!_blocked.Contains(signal) || AwaitedSignals.Contains(signal)))
        {
            NoteSignals();
        }

        Process.SignalArrival.WakeAll();
    }

    /// <summary>Makes a signal that this thread's own instruction raised pending before all others; it cannot be blocked or ignored.</summary>
    public void Force(in SignalInfo info)
    {
        Signal signal = info.Signal;
        if (_blocked.Contains(signal) || Process.ActionOf(signal).IsIgnored)
        {
            Process.MakeDefault(signal);
            _blocked &= ~SignalSet.Of(signal);
        }

        _forced = info;
        _work |= ThreadWork.Signals;
    }

    /// <summary>Sets the mask for the time of a call and until the signals that it lets through are delivered (sigsuspend, ppoll, pselect, epoll_pwait).</summary>
    public void BlockForCall(SignalSet mask)
    {
        _savedMask = _blocked;
        _work |= ThreadWork.RestoreMask;
        Blocked = mask;
    }

    /// <summary>Ends what <see cref="BlockForCall"/> began when the call was not interrupted: the mask comes back at once.</summary>
    public void RestoreMask()
    {
        if ((_work & ThreadWork.RestoreMask) != 0)
        {
            _work &= ~ThreadWork.RestoreMask;
            Blocked = _savedMask;
        }
    }

    /// <summary>Takes a pending signal of a set, the thread's own first (sigtimedwait, signalfd).</summary>
    public bool TryTakeSignal(SignalSet wanted, out SignalInfo info)
    {
        if (PendingSignals.TryTake(wanted, out info))
        {
            return true;
        }

        if (!Process.PendingSignals.TryTake(wanted, out info))
        {
            return false;
        }

        if (info.Signal == Signal.SIGALRM)
        {
            Process.RealTimer.OnSignalTaken();
        }

        return true;
    }

    /// <summary>The thread wrote to a pipe that nobody reads: SIGPIPE to itself (pipe(7)).</summary>
    public void RaiseBrokenPipe() =>
        _ = Send(SignalInfo.FromProcess(Signal.SIGPIPE, SignalInfo.User, Process.Id, Credentials.User.Real)); // SIGPIPE does not queue: it cannot fail

    /// <summary>rt_sigreturn(2): goes back to what the last signal interrupted. False when there is no valid frame on the stack.</summary>
    public bool ReturnFromSignal(ref UserRegisters registers)
    {
        ForgetInterruptedCall();
        return SignalFrame.TryPop(this, ref registers);
    }

    /// <summary>Makes the thread look at its signals soon: ends its wait.</summary>
    internal void NoteSignals()
    {
        _work |= ThreadWork.Signals;
        Interrupt();
    }

    private void LookForSignals()
    {
        if (!(AllPending & ~_blocked).IsEmpty)
        {
            _work |= ThreadWork.Signals;
            IsInterruptPending = true;
        }
    }

    private bool TryTakeDeliverable(out SignalInfo info)
    {
        if (_forced.Number != 0)
        {
            info = _forced;
            _forced = default;
            return true;
        }

        return TryTakeSignal(~_blocked, out info);
    }

    /// <summary>Delivers what can be delivered. Handlers stack: the last one set up runs first, as on Linux.</summary>
    private void DeliverSignals(ref UserRegisters registers)
    {
        while (TryTakeDeliverable(out SignalInfo info))
        {
            Signal signal = info.Signal;
            Process.Host.Observer?.OnSignal(this, in info);
            SignalAction action = Process.ActionOf(signal);
            if (action.IsIgnored)
            {
                continue;
            }

            if (!action.IsDefault)
            {
                Handle(ref registers, in info, in action);
                continue;
            }

            if (SignalDefaults.IsIgnored(signal))
            {
                continue;
            }

            if (SignalDefaults.IsStopping(signal))
            {
                // Nobody would continue an orphaned group that a terminal stopped (POSIX, XSH 2.4.3).
                if (signal == Signal.SIGSTOP || !Process.Host.IsOrphanedGroup(Process.GroupId))
                {
                    Process.Host.Observer?.OnStop(this, signal);
                    Process.Stop(signal);
                    WaitWhileStopped();
                }

                continue;
            }

            Process.EndBySignal(this, in info);
            ExitThread();
        }
    }

    private void Handle(ref UserRegisters registers, in SignalInfo info, in SignalAction action)
    {
        FinishRestart(ref registers, hasHandler: true, action.Flags);
        SignalSet mask = (_work & ThreadWork.RestoreMask) != 0 ? _savedMask : _blocked;
        _work &= ~ThreadWork.RestoreMask;
        if (!SignalFrame.TryPush(this, ref registers, in info, in action, mask))
        {
            // No room for the frame: as Linux, the thread gets a SIGSEGV that it cannot catch if that was the signal.
            if (info.Signal == Signal.SIGSEGV)
            {
                Process.MakeDefault(Signal.SIGSEGV);
            }

            Force(SignalInfo.Fault(Signal.SIGSEGV, SignalInfo.Kernel, 0));
            return;
        }

        SignalSet blocked = _blocked | action.Mask;
        if ((action.Flags & SignalActionFlags.NoDefer) == 0)
        {
            blocked |= SignalSet.Of(info.Signal);
        }

        Blocked = blocked;
        if ((action.Flags & SignalActionFlags.ResetHandler) != 0)
        {
            Process.ClearHandler(info.Signal);
        }
    }
}

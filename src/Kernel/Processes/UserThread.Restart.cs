using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Processes;

// System calls that something interrupted (signal(7), "Interruption of system calls and library functions by signal handlers").
public sealed partial class UserThread
{
    private const ulong SyscallInstructionBytes = 2;

    private Errno _restart;
    private int _restartNumber;
    private int? _interruptedCall;
    private Instant _deadline;
    private bool _isResuming;

    /// <summary>The deadline of a wait of <paramref name="nanoseconds"/> from now; of a call that is resumed, the one that it had at first.</summary>
    public Instant DeadlineAfter(ulong nanoseconds)
    {
        if (!_isResuming)
        {
            _deadline = Clock.Now.Plus(nanoseconds);
        }

        return _deadline;
    }

    /// <summary>The same for a wait on another clock, which shows <paramref name="now"/>.</summary>
    public ulong DeadlineAfter(ulong nanoseconds, ulong now)
    {
        if (!_isResuming)
        {
            _deadline = new Instant(now).Plus(nanoseconds);
        }

        return _deadline.Nanoseconds;
    }

    /// <summary>The number of the call that restart_syscall(2) would go on with; null when there is none.</summary>
    public int? InterruptedCall => _interruptedCall;

    /// <summary>restart_syscall(2) begins: the number of the call that goes on, whose arguments are still in their registers. False when there is none (EINTR).</summary>
    public bool TryResume(out int number)
    {
        number = _interruptedCall ?? 0;
        _isResuming = _interruptedCall != null;
        _interruptedCall = null;
        return _isResuming;
    }

    /// <summary>The resumed call is done, or was interrupted again.</summary>
    public void EndResumption() => _isResuming = false;

    private void FailCall(ref UserRegisters registers, Errno error)
    {
        if (error is Errno.ERESTARTSYS or Errno.ERESTARTNOINTR or Errno.ERESTARTNOHAND or Errno.ERESTART_RESTARTBLOCK)
        {
            int number = unchecked((int)registers.Rax);
            _restart = error;
            _restartNumber = number == (int)SyscallNumber.RestartSyscall ? _restartNumber : number;
            _work |= ThreadWork.Restart;
            return;
        }

        registers.Rax = unchecked((ulong)-(long)error);
    }

    /// <summary>
    /// Decides how a call that was interrupted ends: EINTR for the handler, or as if it had never begun: the instruction is done again. A call whose timeout has begun to run goes
    /// on by restart_syscall(2), as on Linux, which keeps its deadline.
    /// </summary>
    private void FinishRestart(ref UserRegisters registers, bool hasHandler, SignalActionFlags flags)
    {
        if ((_work & ThreadWork.Restart) == 0)
        {
            return;
        }

        _work &= ~ThreadWork.Restart;
        if (hasHandler && _restart != Errno.ERESTARTNOINTR && (_restart != Errno.ERESTARTSYS || (flags & SignalActionFlags.Restart) == 0))
        {
            registers.Rax = unchecked((ulong)-(long)Errno.EINTR);
            return;
        }

        int number = _restartNumber;
        if (_restart == Errno.ERESTART_RESTARTBLOCK)
        {
            _interruptedCall = number;
            number = (int)SyscallNumber.RestartSyscall;
        }

        registers.Rip = unchecked(registers.Rip - SyscallInstructionBytes);
        registers.Rcx = registers.Rip;
        registers.Rax = unchecked((ulong)number);
    }

    /// <summary>A handler ran, or another program: what was interrupted before does not go on (Linux: do_no_restart_syscall).</summary>
    private void ForgetInterruptedCall() => _interruptedCall = null;
}

using System.Collections.Generic;
using System.Linq;
using Mote.Abi.Linux;
using Mote.Tests.Unit.Hosted;
using Xunit;

namespace Mote.Tests.Unit.Observe;

/// <summary>What a trace shows of signals and ends, in strace's words (taken from strace 6.1).</summary>
public sealed class SignalTraceTests
{
    private readonly HostedKernel _kernel = new(traces: true);

    [Fact]
    public void Signals_are_shown_with_their_information()
    {
        _kernel.Run(Program);
        Assert.Equal(
            [
                "strace kill(1, SIGUSR1) = 0",
                "strace --- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_USER, si_pid=1, si_uid=0} ---",
                "strace rt_sigreturn({mask=[]}) = 0",
                "strace tgkill(1, 1, SIGCHLD) = 0",
                "strace --- SIGCHLD {si_signo=SIGCHLD, si_code=SI_TKILL, si_pid=1, si_uid=0} ---",
                "strace exit_group(0) = ?",
                "strace +++ exited with 0 +++",
            ],
            _kernel.Trace.Where(line => !line.Contains("rt_sigaction")));

        IEnumerable<SystemCall> Program()
        {
            yield return _kernel.Catch(Signal.SIGUSR1);
            yield return new SystemCall(SyscallNumber.Kill, 1, (ulong)Signal.SIGUSR1);
            yield return new SystemCall(SyscallNumber.Tgkill, 1, 1, (ulong)Signal.SIGCHLD);
        }
    }

    [Fact]
    public void The_signal_that_ends_a_program_is_named()
    {
        _kernel.Run(Program);
        Assert.Equal(
            [
                "strace kill(1, SIGRT_8) = 0",
                "strace --- SIGRT_8 {si_signo=SIGRT_8, si_code=SI_USER, si_pid=1, si_uid=0} ---",
                "strace +++ killed by SIGRT_8 +++",
            ],
            _kernel.Trace);

        static IEnumerable<SystemCall> Program()
        {
            yield return new SystemCall(SyscallNumber.Kill, 1, 40);
        }
    }

    [Fact]
    public void A_stop_is_shown()
    {
        _kernel.Run(Program);
        Assert.Equal(
            [
                "strace kill(1, SIGSTOP) = 0",
                "strace --- SIGSTOP {si_signo=SIGSTOP, si_code=SI_USER, si_pid=1, si_uid=0} ---",
                "strace --- stopped by SIGSTOP ---",
                "strace --- SIGCONT {si_signo=SIGCONT, si_code=SI_USER, si_pid=7, si_uid=0} ---",
                "strace exit_group(0) = ?",
                "strace +++ exited with 0 +++",
            ],
            _kernel.Trace);

        IEnumerable<SystemCall> Program()
        {
            _kernel.After(10, () => _kernel.Send(Signal.SIGCONT));
            yield return new SystemCall(SyscallNumber.Kill, 1, (ulong)Signal.SIGSTOP);
        }
    }

    [Fact]
    public void A_call_that_goes_on_says_which()
    {
        _kernel.Run(Program);
        Assert.Equal(
            [
                "strace nanosleep({tv_sec=0, tv_nsec=100000000}, NULL) = ? ERESTART_RESTARTBLOCK (Interrupted by signal)",
                "strace restart_syscall(<... resuming interrupted nanosleep ...>) = 0",
            ],
            _kernel.Trace.Take(2));

        IEnumerable<SystemCall> Program()
        {
            _kernel.Put(0, 0);
            _kernel.Put(8, 100_000_000);
            _kernel.After(40, _kernel.Disturb);
            yield return new SystemCall(SyscallNumber.Nanosleep, _kernel.Memory, 0);
        }
    }

    [Theory]
    [InlineData(Signal.SIGALRM, SignalInfo.Kernel, 0, 0, "{si_signo=SIGALRM, si_code=SI_KERNEL}")]
    [InlineData(Signal.SIGSEGV, 1, 0, 0, "{si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=NULL}")]
    [InlineData(Signal.SIGSEGV, 2, 0x1234567, 0, "{si_signo=SIGSEGV, si_code=SEGV_ACCERR, si_addr=0x1234567}")]
    [InlineData(Signal.SIGUSR1, SignalInfo.Queue, 0x1_0000_0005, 7, "{si_signo=SIGUSR1, si_code=SI_QUEUE, si_pid=5, si_uid=1, si_int=7, si_ptr=0x7}")]
    [InlineData(Signal.SIGUSR1, SignalInfo.Timer, 0, 7, "{si_signo=SIGUSR1, si_code=SI_TIMER, si_timerid=0, si_overrun=0, si_int=7, si_ptr=0x7}")]
    [InlineData((Signal)36, SignalInfo.Queue, 9, 0, "{si_signo=SIGRT_4, si_code=SI_QUEUE, si_pid=9, si_uid=0}")]
    public void Information_depends_on_the_code(Signal signal, int code, ulong word0, ulong word1, string text)
    {
        Kernel.Observe.TraceLine line = new();
        Kernel.Observe.SignalText.Append(line, new SignalInfo { Number = (int)signal, Code = code, Word0 = word0, Word1 = word1 });
        Assert.Equal(text, System.Text.Encoding.ASCII.GetString(line.Text));
    }
}

using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Machine;
using Mote.Tests.Unit.Hosted;
using Xunit;

namespace Mote.Tests.Unit.Processes;

/// <summary>System calls that something interrupts before they are done (signal(7)).</summary>
public sealed class InterruptedCallTests
{
    private const ulong MillisecondNs = 1_000_000;
    private const ulong RestartFlag = 0x1000_0000;
    private const long Interrupted = -(long)Errno.EINTR;

    private readonly HostedKernel _kernel = new();
    private readonly List<(long Result, ulong TookMs)> _calls = [];
    private Instant _began;

    public static TheoryData<SyscallNumber, ulong[], long> TimedCalls => new()
    {
        { SyscallNumber.Nanosleep, [0, 0], 0 },
        { SyscallNumber.ClockNanosleep, [1, 0, 0], 0 },
        { SyscallNumber.Poll, [0, 0, 100], 0 },
        { SyscallNumber.Ppoll, [0, 0, 0, 0, 8], 0 },
        { SyscallNumber.Pselect6, [0, 0, 0, 0, 0, 0], 0 },
        { SyscallNumber.Futex, [0, 0, 0, 0], -(long)Errno.ETIMEDOUT },
    };

    [Theory]
    [MemberData(nameof(TimedCalls))]
    public void A_timeout_goes_on_where_it_was(SyscallNumber number, ulong[] arguments, long result)
    {
        _kernel.Run(Program);
        Assert.Equal([(result, 100UL)], _calls);
        Assert.Equal(2, _kernel.Restarted.Count);

        IEnumerable<SystemCall> Program()
        {
            // A struct timespec of 100 ms, and a futex word of zero.
            _kernel.Put(0, 0);
            _kernel.Put(8, 100 * MillisecondNs);
            _kernel.Put(16, 0);
            int timeAt = number switch
            {
                SyscallNumber.Nanosleep => 0,
                SyscallNumber.Pselect6 => 4,
                SyscallNumber.Futex => 3,
                SyscallNumber.Poll => -1,
                _ => 2,
            };
            if (timeAt >= 0)
            {
                arguments[timeAt] = _kernel.Memory;
            }

            if (number == SyscallNumber.Futex)
            {
                arguments[0] = _kernel.Memory + 16;
            }

            _kernel.After(40, _kernel.Disturb);
            _kernel.After(70, _kernel.Disturb);
            Begin();
            yield return new SystemCall(number, arguments);
            End();
        }
    }

    [Fact]
    public void What_goes_on_is_told_apart_from_the_next_call()
    {
        _kernel.Run(Program);
        Assert.Equal([(Interrupted, 60UL), (0L, 50UL)], _calls);

        IEnumerable<SystemCall> Program()
        {
            yield return _kernel.Catch(Signal.SIGUSR1);
            _kernel.After(30, _kernel.Disturb);
            _kernel.After(60, () => _kernel.Send(Signal.SIGUSR1));
            Begin();
            yield return new SystemCall(SyscallNumber.Pause);
            End();
            _kernel.Put(0, 0);
            _kernel.Put(8, 50 * MillisecondNs);
            Begin();
            yield return new SystemCall(SyscallNumber.Nanosleep, _kernel.Memory, 0);
            End();
        }
    }

    [Fact]
    public void A_handler_ends_a_sleep_even_with_SA_RESTART_and_the_rest_is_told()
    {
        _kernel.Run(Program);
        Assert.Equal([(Interrupted, 40UL)], _calls);
        Assert.Empty(_kernel.Restarted);

        IEnumerable<SystemCall> Program()
        {
            yield return _kernel.Catch(Signal.SIGUSR1, RestartFlag);
            _kernel.After(40, () => _kernel.Send(Signal.SIGUSR1));
            _kernel.Put(0, 0);
            _kernel.Put(8, 100 * MillisecondNs);
            Begin();
            yield return new SystemCall(SyscallNumber.Nanosleep, _kernel.Memory, _kernel.Memory + 16);
            End();
            Assert.Equal(60 * MillisecondNs, _kernel.Word(24));
        }
    }

    [Fact]
    public void Restart_syscall_alone_is_interrupted()
    {
        _kernel.Run(Program);
        Assert.Equal([(Interrupted, 0UL)], _calls);

        IEnumerable<SystemCall> Program()
        {
            Begin();
            yield return new SystemCall(SyscallNumber.RestartSyscall);
            End();
        }
    }

    private void Begin() => _began = Clock.Now;

    private void End() => _calls.Add((_kernel.Result, Clock.Now.Since(_began) / MillisecondNs));
}

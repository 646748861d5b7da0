using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Machine;
using Mote.Tests.Unit.Hosted;
using Xunit;

namespace Mote.Tests.Unit.Processes;

/// <summary>What happens to those who wait for a time of the wall clock when it is set (clock_settime(2), timerfd_create(2), timer_create(2), adjtimex(2)).</summary>
public sealed class WallClockTests
{
    private const ulong Realtime = 0;
    private const ulong Monotonic = 1;
    private const ulong Absolute = 1;

    private readonly HostedKernel _kernel = new();

    /// <summary>The machine stands still for an hour of the host's; its counter may or may not have gone on.</summary>
    [Fact]
    public void The_time_of_day_is_taken_anew_after_a_stop_and_monotonic_time_goes_on()
    {
        const long Now = 1_700_000_000L * 1_000_000_000;
        _kernel.Run(Program);

        IEnumerable<SystemCall> Program()
        {
            PutSpan(0, 10);
            yield return new SystemCall(SyscallNumber.Nanosleep, _kernel.Memory, 0);
            yield return new SystemCall(SyscallNumber.ClockGettime, Realtime, _kernel.Memory + 16);
            ulong day = _kernel.Word(16);
            HostedClock.HostUnixNs = Now;
            HostedClock.IsStopped = true;
            yield return new SystemCall(SyscallNumber.Nanosleep, _kernel.Memory, 0);
            yield return new SystemCall(SyscallNumber.ClockGettime, Realtime, _kernel.Memory + 16);
            Assert.Equal(10UL, day);
            Assert.InRange(_kernel.Word(16), 1_700_000_000UL, 1_700_000_010UL);
            yield return new SystemCall(SyscallNumber.ClockGettime, Monotonic, _kernel.Memory + 16);
            Assert.Equal(20UL, _kernel.Word(16));

            // A hypervisor that tells no time of day: the machine's own goes on.
            HostedClock.HostUnixNs = 0;
            HostedClock.IsStopped = true;
            yield return new SystemCall(SyscallNumber.Nanosleep, _kernel.Memory, 0);
            yield return new SystemCall(SyscallNumber.ClockGettime, Realtime, _kernel.Memory + 16);
            Assert.InRange(_kernel.Word(16), 1_700_000_010UL, 1_700_000_020UL);
        }
    }

    [Fact]
    public void A_timer_descriptor_is_cancelled_or_moves()
    {
        _kernel.Run(Program);

        IEnumerable<SystemCall> Program()
        {
            const ulong NonBlock = 0x800;
            const ulong CancelOnSet = 2;
            yield return new SystemCall(SyscallNumber.TimerfdCreate, Realtime, NonBlock);
            ulong cancelled = (ulong)_kernel.Result;
            yield return new SystemCall(SyscallNumber.TimerfdCreate, Realtime, NonBlock);
            ulong moving = (ulong)_kernel.Result;
            PutSpan(0, 0);
            PutSpan(16, 1000);
            yield return new SystemCall(SyscallNumber.TimerfdSettime, cancelled, Absolute | CancelOnSet, _kernel.Memory, 0);
            Assert.Equal(0, _kernel.Result);
            yield return new SystemCall(SyscallNumber.TimerfdSettime, moving, Absolute, _kernel.Memory, 0);
            PutSpan(0, 500);
            yield return new SystemCall(SyscallNumber.ClockSettime, Realtime, _kernel.Memory);
            yield return new SystemCall(SyscallNumber.Read, cancelled, _kernel.Memory + 64, 8);
            Assert.Equal(-(long)Errno.ECANCELED, _kernel.Result);
            yield return new SystemCall(SyscallNumber.Read, cancelled, _kernel.Memory + 64, 8);
            Assert.Equal(-(long)Errno.EAGAIN, _kernel.Result);
            yield return new SystemCall(SyscallNumber.TimerfdGettime, moving, _kernel.Memory + 64);
            Assert.InRange(_kernel.Word(64 + 16), 498UL, 500UL);
            PutSpan(0, 1001);
            yield return new SystemCall(SyscallNumber.ClockSettime, Realtime, _kernel.Memory);
            yield return new SystemCall(SyscallNumber.Read, moving, _kernel.Memory + 64, 8);
            Assert.Equal(8, _kernel.Result);
            yield return new SystemCall(SyscallNumber.Read, cancelled, _kernel.Memory + 64, 8);
            Assert.Equal(-(long)Errno.ECANCELED, _kernel.Result);
        }
    }

    [Fact]
    public void A_sleep_until_a_time_ends_when_the_clock_shows_it()
    {
        _kernel.Run(Program);

        IEnumerable<SystemCall> Program()
        {
            yield return new SystemCall(SyscallNumber.ClockGettime, Monotonic, _kernel.Memory + 64);
            ulong before = _kernel.Word(64);
            _kernel.After(10, () =>
            {
                long shift = _kernel.Host.WallClock.Set(99_000_000_000);
                _kernel.Host.Scheduler.Timers.ShiftFollowers(shift);
            });
            PutSpan(0, 100);
            yield return new SystemCall(SyscallNumber.ClockNanosleep, Realtime, Absolute, _kernel.Memory, 0);
            Assert.Equal(0, _kernel.Result);
            yield return new SystemCall(SyscallNumber.ClockGettime, Realtime, _kernel.Memory + 64);
            Assert.Equal(100UL, _kernel.Word(64));
            yield return new SystemCall(SyscallNumber.ClockGettime, Monotonic, _kernel.Memory + 64);
            Assert.InRange(_kernel.Word(64) - before, 1UL, 2UL);
        }
    }

    [Fact]
    public void A_timer_fires_when_the_clock_jumps_over_its_time()
    {
        _kernel.Run(Program);

        IEnumerable<SystemCall> Program()
        {
            yield return new SystemCall(SyscallNumber.TimerCreate, Realtime, 0, _kernel.Memory);
            Assert.Equal(0, _kernel.Result);
            ulong timer = _kernel.Word(0) & 0xffff_ffff;
            _kernel.Put(0, 1UL << ((int)Signal.SIGALRM - 1));
            yield return new SystemCall(SyscallNumber.RtSigprocmask, 0, _kernel.Memory, 0, 8);
            PutSpan(0, 0);
            PutSpan(16, 1000);
            yield return new SystemCall(SyscallNumber.TimerSettime, timer, Absolute, _kernel.Memory, 0);
            PutSpan(0, 1001);
            yield return new SystemCall(SyscallNumber.ClockSettime, Realtime, _kernel.Memory);
            _kernel.Put(0, 1UL << ((int)Signal.SIGALRM - 1));
            yield return new SystemCall(SyscallNumber.RtSigtimedwait, _kernel.Memory, 0, 0, 8);
            Assert.Equal((long)Signal.SIGALRM, _kernel.Result);
        }
    }

    [Fact]
    public void The_state_of_the_clock_is_kept_and_steps_are_done()
    {
        _kernel.Run(Program);

        IEnumerable<SystemCall> Program()
        {
            const uint StepMode = 0x100 | 0x10; // ADJ_SETOFFSET, ADJ_STATUS
            const uint TaiMode = 0x80;
            yield return new SystemCall(SyscallNumber.ClockGettime, Realtime, _kernel.Memory + 512);
            ulong before = _kernel.Word(512);
            Clear();
            _kernel.Put(0, StepMode);
            _kernel.Put(72, 50);
            yield return new SystemCall(SyscallNumber.Adjtimex, _kernel.Memory);
            Assert.Equal(0, _kernel.Result); // status without STA_UNSYNC
            yield return new SystemCall(SyscallNumber.ClockGettime, Realtime, _kernel.Memory + 512);
            Assert.InRange(_kernel.Word(512) - before, 50UL, 51UL);
            Clear();
            _kernel.Put(0, TaiMode);
            _kernel.Put(48, 37);
            yield return new SystemCall(SyscallNumber.Adjtimex, _kernel.Memory);
            Assert.Equal(37UL, _kernel.Word(160));
            yield return new SystemCall(SyscallNumber.ClockGettime, 11, _kernel.Memory + 528); // CLOCK_TAI
            Assert.InRange(_kernel.Word(528) - before, 87UL, 88UL);
            Clear();
            _kernel.Put(0, 2); // ADJ_FREQUENCY
            _kernel.Put(16, 1000);
            yield return new SystemCall(SyscallNumber.Adjtimex, _kernel.Memory);
            Assert.Equal(-(long)Errno.EINVAL, _kernel.Result);
        }

        void Clear()
        {
            for (ulong i = 0; i < 208; i += 8)
            {
                _kernel.Put(i, 0);
            }
        }
    }

    [Fact]
    public void The_clock_shows_no_time_before_the_start_and_none_near_the_end()
    {
        _kernel.Run(Program);

        IEnumerable<SystemCall> Program()
        {
            const ulong Last = 8277292035; // TIME_SETTOD_SEC_MAX - 1
            const ulong Nanoseconds = 999_999_999;
            foreach (ulong seconds in (ulong[])[Last + 1, 9223372035, 9223372036, 9223372037, long.MaxValue])
            {
                PutSpan(0, seconds);
                yield return new SystemCall(SyscallNumber.ClockSettime, Realtime, _kernel.Memory);
                Assert.Equal(-(long)Errno.EINVAL, _kernel.Result);
                yield return new SystemCall(SyscallNumber.Settimeofday, _kernel.Memory, 0);
                Assert.Equal(-(long)Errno.EINVAL, _kernel.Result);
            }

            PutSpan(0, 0);
            PutSpan(16, 1);
            yield return new SystemCall(SyscallNumber.Nanosleep, _kernel.Memory + 16, 0);
            yield return new SystemCall(SyscallNumber.ClockSettime, Realtime, _kernel.Memory);
            Assert.Equal(-(long)Errno.EINVAL, _kernel.Result);

            PutSpan(0, Last);
            _kernel.Put(8, Nanoseconds);
            yield return new SystemCall(SyscallNumber.ClockSettime, Realtime, _kernel.Memory);
            Assert.Equal(0, _kernel.Result);
            foreach (ulong step in (ulong[])[5, 946_080_000, long.MaxValue, unchecked((ulong)long.MinValue), unchecked(0 - Last - 10)])
            {
                _kernel.Put(0, 0x100); // ADJ_SETOFFSET
                PutSpan(72, step);
                yield return new SystemCall(SyscallNumber.Adjtimex, _kernel.Memory);
                Assert.Equal(-(long)Errno.EINVAL, _kernel.Result);
                _kernel.Put(0, 0x8001); // ADJ_OFFSET_SINGLESHOT
                _kernel.Put(8, 2_000_000_000_000_000);
                yield return new SystemCall(SyscallNumber.Adjtimex, _kernel.Memory);
                Assert.InRange(_kernel.Result, 0, 5);
            }

            _kernel.Put(0, 0x80); // ADJ_TAI
            _kernel.Put(48, 100_000);
            yield return new SystemCall(SyscallNumber.Adjtimex, _kernel.Memory);
            yield return new SystemCall(SyscallNumber.ClockGettime, 11, _kernel.Memory + 64); // CLOCK_TAI
            Assert.InRange(_kernel.Word(64), Last + 100_000, Last + 100_010);
        }
    }

    [Fact]
    public void A_timer_that_is_due_after_the_end_of_time_says_so_when_the_clock_goes_back()
    {
        _kernel.Run(Program);

        IEnumerable<SystemCall> Program()
        {
            yield return new SystemCall(SyscallNumber.TimerfdCreate, Realtime, 0x800);
            ulong timer = (ulong)_kernel.Result;
            PutSpan(0, 8_000_000_000);
            yield return new SystemCall(SyscallNumber.ClockSettime, Realtime, _kernel.Memory);
            PutSpan(0, long.MaxValue);
            PutSpan(16, 1);
            yield return new SystemCall(SyscallNumber.TimerfdSettime, timer, Absolute, _kernel.Memory, 0);
            yield return new SystemCall(SyscallNumber.TimerfdGettime, timer, _kernel.Memory + 64);
            PutSpan(0, 1000);
            yield return new SystemCall(SyscallNumber.ClockSettime, Realtime, _kernel.Memory);
            Assert.Equal(0, _kernel.Result);
            yield return new SystemCall(SyscallNumber.TimerfdGettime, timer, _kernel.Memory + 64);
            Assert.Equal(0, _kernel.Result);
            Assert.InRange(_kernel.Word(64 + 16), 9223372030UL, 9223372036UL);
        }
    }

    /// <summary>A struct timespec of whole seconds.</summary>
    private void PutSpan(ulong offset, ulong seconds)
    {
        _kernel.Put(offset, seconds);
        _kernel.Put(offset + 8, 0);
    }
}

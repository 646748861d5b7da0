using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Tests.Unit.Hosted;
using Xunit;

namespace Mote.Tests.Unit.Processes;

/// <summary>Stop and continue (signal(7)): what a program cannot do to itself and still tell.</summary>
public sealed class StopTests
{
    private const ulong Block = 0;

    private readonly HostedKernel _kernel = new();
    private readonly List<Signal> _stops = [];

    [Theory]
    [InlineData(Signal.SIGSTOP)]
    [InlineData(Signal.SIGTSTP)]
    [InlineData(Signal.SIGTTIN)]
    [InlineData(Signal.SIGTTOU)]
    public void A_process_stops_until_it_is_continued(Signal signal)
    {
        _kernel.Host.Stopped = Note;
        bool wasStopped = false;
        _kernel.Run(Program);
        Assert.Equal([signal], _stops);
        Assert.True(wasStopped);
        Assert.Equal(0, _kernel.Result);

        IEnumerable<SystemCall> Program()
        {
            _kernel.After(10, () => _kernel.Send(signal));
            _kernel.After(90, () => wasStopped = _kernel.Process.IsStopped);
            _kernel.After(95, () => _kernel.Send(Signal.SIGCONT));
            yield return Sleep(50);
        }
    }

    [Fact]
    public void Nobody_stops_for_a_terminal_whom_nobody_would_continue()
    {
        _kernel.Run(Program);
        Assert.Empty(_stops);

        IEnumerable<SystemCall> Program()
        {
            _kernel.After(10, () => _kernel.Send(Signal.SIGTSTP));
            yield return Sleep(50);
        }
    }

    [Fact]
    public void A_stop_and_a_continuation_drop_each_other()
    {
        _kernel.Host.Stopped = Note;
        _kernel.Run(Program);
        Assert.Empty(_stops);

        IEnumerable<SystemCall> Program()
        {
            _kernel.Put(0, 1UL << ((int)Signal.SIGTSTP - 1) | 1UL << ((int)Signal.SIGCONT - 1));
            yield return new SystemCall(SyscallNumber.RtSigprocmask, Block, _kernel.Memory, 0, 8);
            _kernel.Send(Signal.SIGCONT);
            _kernel.Send(Signal.SIGTSTP);
            Assert.False(_kernel.Thread.AllPending.Contains(Signal.SIGCONT));
            Assert.True(_kernel.Thread.AllPending.Contains(Signal.SIGTSTP));
            _kernel.Send(Signal.SIGCONT);
            Assert.False(_kernel.Thread.AllPending.Contains(Signal.SIGTSTP));
        }
    }

    [Fact]
    public void A_stopped_process_can_be_killed()
    {
        _kernel.Host.Stopped = Note;
        _kernel.Run(Program);
        Assert.Equal([Signal.SIGSTOP], _stops);
        Assert.Equal(128 + (int)Signal.SIGKILL, _kernel.Process.ShellStatus);

        IEnumerable<SystemCall> Program()
        {
            _kernel.After(10, () => _kernel.Send(Signal.SIGSTOP));
            _kernel.After(90, () => _kernel.Send(Signal.SIGKILL));
            yield return Sleep(900);
        }
    }

    private SystemCall Sleep(ulong milliseconds)
    {
        _kernel.Put(0, 0);
        _kernel.Put(8, milliseconds * 1_000_000);
        return new SystemCall(SyscallNumber.Nanosleep, _kernel.Memory, 0);
    }

    private void Note(Process process) => _stops.Add(process.StopSignal);
}

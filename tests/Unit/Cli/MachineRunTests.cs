using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Mote.Cli;
using Mote.Cli.Vmm;
using Xunit;

namespace Mote.Tests.Unit.Cli;

/// <summary>The streams between the tool and a machine, with a script in QEMU's place.</summary>
public sealed class MachineRunTests
{
    private readonly MemoryStream _output = new();
    private readonly MemoryStream _error = new();
    private readonly List<ControlLine> _lines = [];
    private Func<byte[], int> _readInput = _ => 0;
    private Func<byte[], int, WriteResult>? _writeOutput;

    private static string FakeQemu => Path.Combine(AppContext.BaseDirectory, "Cli", "fake-qemu.py");

    [Fact]
    public void DeliversEveryByteOfBothStreamsBeforeItReturns()
    {
        const int Count = 5_000_000;
        MachineOutcome outcome = Run($"out={Count} control=exit_7");

        Assert.Equal((MachineEnd.Exited, 7), (outcome.End, outcome.Status));
        Assert.Equal(Count, _output.Length);
        Assert.Equal(_output.ToArray(), _error.ToArray());
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (byte)i), _output.ToArray()[..1000]);
    }

    [Fact]
    public void InputArrivesWholeAndThenEnds()
    {
        byte[] input = new byte[1_000_000];
        new Random(1).NextBytes(input);
        MemoryStream source = new(input);
        _readInput = buffer => source.Read(buffer);

        MachineOutcome outcome = Run("echo control=exit_0");

        Assert.Equal(0, outcome.Status);
        Assert.Equal(input, _output.ToArray());
    }

    [Fact]
    public void EndsAlthoughTheInputNeverDoes()
    {
        _readInput = _ =>
        {
            Thread.Sleep(Timeout.Infinite);
            return 0;
        };
        Assert.Equal(3, Run("control=exit_3").Status);
    }

    [Fact]
    public void HandsOnTheKernelsLines()
    {
        Run("control=log_a control=strace_b control=crash_c control=exit_0");
        Assert.Equal(["log a", "strace b", "crash c"], _lines.ConvertAll(line => $"{line.Kind} {line.Text}").ConvertAll(text => text.ToLowerInvariant()));
    }

    [Fact]
    public void NoExitLineIsAFailureWithTheSerialText()
    {
        MachineOutcome outcome = Run("serial=panic:_out_of_luck say=odd");

        Assert.Equal((MachineEnd.Failed, ExitStatus.MachineFailed), (outcome.End, outcome.Status));
        Assert.Equal("panic: out of luck\r\n", outcome.SerialText);
        Assert.Equal("odd", outcome.QemuText);
        Assert.Equal(1, outcome.QemuStatus);
    }

    [Fact]
    public void QemuThatDoesNotStartIsAFailureWithItsWords()
    {
        MachineOutcome outcome = Run("fail");

        Assert.Equal(MachineEnd.Failed, outcome.End);
        Assert.Equal("qemu: nothing works", outcome.QemuText);
    }

    [Fact]
    public void StopEndsTheMachineAtOnce()
    {
        MachineRun? run = null;
        _writeOutput = (buffer, count) =>
        {
            run!.Stop(ExitStatus.Interrupted);
            return Take(_output, buffer, count);
        };
        run = CreateRun();
        long start = Environment.TickCount64;
        MachineOutcome outcome = run.Run(FakeQemu, Options("out=10 sleep=60"));

        Assert.Equal((MachineEnd.Stopped, ExitStatus.Interrupted), (outcome.End, outcome.Status));
        Assert.True(Environment.TickCount64 - start < 40_000);
        Assert.Equal(10, _output.Length);
    }

    [Fact]
    public void StopDoesNotWaitForAReaderThatHangs()
    {
        MachineRun? run = null;
        _writeOutput = (_, _) =>
        {
            run!.Stop(ExitStatus.TimedOut);
            Thread.Sleep(Timeout.Infinite);
            return WriteResult.Done;
        };
        run = CreateRun();

        Assert.Equal(ExitStatus.TimedOut, run.Run(FakeQemu, Options("out=1000000 sleep=60")).Status);
    }

    [Fact]
    public void ReaderThatHasGoneStopsTheMachine()
    {
        _writeOutput = (_, _) => WriteResult.ReaderGone;
        Assert.Equal(ExitStatus.BrokenPipe, Run("out=1000 sleep=60").Status);
    }

    [Fact]
    public void ChannelFolderIsPrivateAndGoesAway()
    {
        using ChannelListeners listeners = new(Channels.InOrder(Options("")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(listeners.Folder));
        listeners.Dispose();
        Assert.False(Directory.Exists(listeners.Folder));
    }

    private static MachineOptions Options(string words) => new() { KernelPath = "/none", KernelCommandLine = words, Memory = MemorySize.FromMebibytes(64) };

    private MachineOutcome Run(string words) => CreateRun().Run(FakeQemu, Options(words));

    private MachineRun CreateRun() => new(new MachineConsole
    {
        ReadInput = buffer => _readInput(buffer),
        WriteOutput = _writeOutput ?? ((buffer, count) => Take(_output, buffer, count)),
        WriteError = (buffer, count) => Take(_error, buffer, count),
        OnControlLine = _lines.Add,
    });

    private static WriteResult Take(MemoryStream stream, byte[] buffer, int count)
    {
        stream.Write(buffer, 0, count);
        return WriteResult.Done;
    }
}

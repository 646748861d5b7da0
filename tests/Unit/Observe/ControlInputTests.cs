using System;
using System.Collections.Generic;
using System.Text;
using Mote.Kernel.Observe;
using Mote.Kernel.Vfs;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.Observe;

/// <summary>Lines of the tool: whole, in pieces, unknown, too long.</summary>
public sealed class ControlInputTests
{
    private readonly TypedPort _port = new();
    private readonly RecordingListener _listener = new();

    public ControlInputTests()
    {
        HostedMachine.Start();
        _ = new ControlInput(_port, _listener);
    }

    [Fact]
    public void Lines_are_obeyed()
    {
        _port.Type("size 24 80\ncontinue\nlisteners\nsignal 15\ntime 1700000000123456789\ncore start\ncore more 1048576\ncore stop\n");
        Assert.Equal(["24x80", "continue", "listeners", "signal 15", "time 1700000000123456789", "core start", "core more 1048576", "core stop"], _listener.Seen);
    }

    [Fact]
    public void A_line_may_come_in_pieces()
    {
        _port.Type("size 1");
        _port.Type("00 20");
        Assert.Empty(_listener.Seen);
        _port.Type("0\n");
        Assert.Equal(["100x200"], _listener.Seen);
    }

    [Theory]
    [InlineData("size\n")]
    [InlineData("size 24\n")]
    [InlineData("size 24 x\n")]
    [InlineData("size 70000 80\n")]
    [InlineData("size 24 80 1\n")]
    [InlineData("listeners 1\n")]
    [InlineData("time\n")]
    [InlineData("time -1\n")]
    [InlineData("time 1x\n")]
    [InlineData("time 99999999999999999999\n")]
    [InlineData("signal\n")]
    [InlineData("signal x\n")]
    [InlineData("signal 0\n")]
    [InlineData("signal -9\n")]
    [InlineData("signal 65\n")]
    [InlineData("signal 15 9\n")]
    [InlineData("core\n")]
    [InlineData("core start 1\n")]
    [InlineData("core more\n")]
    [InlineData("core more -1\n")]
    [InlineData("core more 1 1\n")]
    [InlineData("continued\n")]
    [InlineData("\n")]
    public void What_it_does_not_know_it_leaves_out(string line)
    {
        _port.Type(line + "continue\n");
        Assert.Equal(["continue"], _listener.Seen);
    }

    [Fact]
    public void A_line_that_is_too_long_does_not_take_the_next_with_it()
    {
        _port.Type(new string('x', 5000) + "continue\ncontinue\n");
        Assert.Equal(["continue"], _listener.Seen);
    }

    private sealed class RecordingListener : ControlListener
    {
        public List<string> Seen { get; } = [];

        public override void OnResize(ushort rows, ushort columns) => Seen.Add($"{rows}x{columns}");

        public override void OnContinue() => Seen.Add("continue");

        public override void OnTime(long unixNs) => Seen.Add($"time {unixNs}");

        public override void OnListeners() => Seen.Add("listeners");

        public override void OnCoreStart() => Seen.Add("core start");

        public override void OnCoreMore(long bytes) => Seen.Add($"core more {bytes}");

        public override void OnCoreStop() => Seen.Add("core stop");

        public override void OnSignal(int signal) => Seen.Add($"signal {signal}");
    }

    private sealed class TypedPort : ConsolePort
    {
        private readonly Queue<byte> _bytes = new();

        public override bool IsReadable => _bytes.Count > 0;

        public override bool IsWritable => true;

        public override bool IsEndOfInput => false;

        public override bool IsBroken => false;

        public void Type(string text)
        {
            foreach (byte value in Encoding.ASCII.GetBytes(text))
            {
                _bytes.Enqueue(value);
            }

            Readiness.WakeAll(Readable);
        }

        public override int Read(Span<byte> destination)
        {
            int count = 0;
            while (count < destination.Length && _bytes.TryDequeue(out byte value))
            {
                destination[count++] = value;
            }

            return count;
        }

        public override int Write(ReadOnlySpan<byte> source) => source.Length;

        public override bool Drain(Instant deadline) => true;
    }
}

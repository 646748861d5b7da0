using System;
using System.Linq;
using Mote.Kernel.Observe;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.Observe;

public sealed class ControlChannelTests
{
    private readonly FakePort _port = new();
    private readonly ControlChannel _channel;

    public ControlChannelTests()
    {
        HostedMachine.Start();
        _channel = new ControlChannel(_port);
    }

    [Fact]
    public void Lines_begin_with_their_word_and_line_ends_inside_are_escaped()
    {
        _channel.Log("one\ntwo\r"u8);
        Assert.True(_channel.TryTrace("read(0) = 1"u8));
        _channel.Crash("SIGSEGV"u8);
        _channel.Exit(139, Instant.Never);
        Assert.Equal("log one\\ntwo\\r\nstrace read(0) = 1\ncrash SIGSEGV\nexit 139\n", _port.Text);
    }

    [Fact]
    public void What_the_host_does_not_take_at_once_follows_when_it_does()
    {
        _port.Room = 6;
        _channel.Log("abcdef"u8);
        Assert.Equal("log ab", _port.Text);
        _port.Take(100);
        Assert.Equal("log abcdef\n", _port.Text);
    }

    [Fact]
    public void Log_lines_that_do_not_fit_are_counted()
    {
        _port.Room = 0;
        byte[] line = new byte[1000];
        line.AsSpan().Fill((byte)'x');
        for (int i = 0; i < 100; i++)
        {
            _channel.Log(line);
        }

        _port.Take(int.MaxValue);
        _channel.Log("last"u8);
        string[] lines = _port.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int whole = lines.Count(l => l.Length == 1004);
        Assert.InRange(whole, 10, 20);
        Assert.Equal($"log ({100 - whole} lines of the log did not get through)", lines[^2]);
        Assert.Equal("log last", lines[^1]);
    }

    [Fact]
    public void Bytes_of_a_core_follow_their_line_as_they_are()
    {
        _channel.Core("begin"u8);
        _channel.CoreData("a\nb\rc"u8);
        _channel.Core("zeros "u8, ulong.MaxValue);
        _channel.Log("between"u8);
        _channel.CoreData("d"u8);
        Assert.Equal("core begin\ncore data 5\na\nb\rccore zeros 18446744073709551615\nlog between\ncore data 1\nd", _port.Text);
    }

    [Fact]
    public void The_exit_line_comes_last_even_when_the_buffer_is_full()
    {
        _port.Room = 0;
        byte[] line = new byte[3000];
        line.AsSpan().Fill((byte)'x');
        while (_channel.TryTrace(line))
        {
        }

        _channel.Exit(0, Instant.Never);
        Assert.EndsWith("\nexit 0\n", _port.Text, StringComparison.Ordinal);
    }
}

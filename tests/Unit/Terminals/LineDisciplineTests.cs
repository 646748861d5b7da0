using Mote.Abi.Linux;
using Mote.Kernel.Terminals;
using Xunit;

namespace Mote.Tests.Unit.Terminals;

/// <summary>The line discipline where a guest test cannot look: little room at the far end, full buffers, odd settings. The usual ways are in tests/Guest/c/terminals.c.</summary>
public sealed class LineDisciplineTests
{
    private readonly FakeTerminal _terminal = new();

    [Fact]
    public void A_line_is_given_when_it_is_whole()
    {
        _terminal.Type("ab");
        Assert.Equal("EAGAIN", _terminal.Read());
        Assert.Equal(PollEvents.Writable, _terminal.File.Poll());
        _terminal.Type("c\r");
        Assert.Equal(PollEvents.Writable | PollEvents.Readable, _terminal.File.Poll());
        Assert.Equal("abc\n", _terminal.Read());
        Assert.Equal("abc\r\n", _terminal.TakeOutput());
    }

    [Fact]
    public void Echo_waits_for_room_and_goes_first()
    {
        _terminal.Room = 2;
        _terminal.Type("abcd\n");
        Assert.Equal("ab", _terminal.TakeOutput());
        Assert.Equal(-(long)Errno.EAGAIN, _terminal.Write("out"));
        _terminal.MakeRoom(6);
        Assert.Equal(2, _terminal.Write("out"));
        Assert.Equal("cd\r\nou", _terminal.TakeOutput());
        _terminal.MakeRoom(100);
        Assert.Equal(1, _terminal.Write("t"));
        Assert.Equal("t", _terminal.TakeOutput());
    }

    [Fact]
    public void A_new_line_is_not_split()
    {
        _terminal.Room = 2;
        Assert.Equal(1, _terminal.Write("a\nb"));
        Assert.Equal("a", _terminal.TakeOutput());
        _terminal.MakeRoom(2);
        Assert.Equal(1, _terminal.Write("\nb"));
        Assert.Equal("\r\n", _terminal.TakeOutput());
    }

    [Fact]
    public void A_full_buffer_of_a_line_loses_its_end_and_still_ends()
    {
        string line = new('x', 5000);
        Assert.Equal(5001, _terminal.Type(line + "\n"));
        string got = _terminal.Read(8192);
        Assert.Equal(4096, got.Length);
        Assert.EndsWith("x\n", got, System.StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_buffer_of_bytes_makes_the_far_end_wait()
    {
        _terminal.Settings.Local = LocalModes.None;
        Assert.Equal(4095, _terminal.Type(new string('x', 5000)));
        Assert.Equal(0, _terminal.Type("y"));
        Assert.Equal(100, _terminal.Read(100).Length);
        Assert.Equal(1, _terminal.Type("y"));
    }

    [Fact]
    public void Lines_wait_for_their_readers()
    {
        Assert.Equal(4094, _terminal.Type(new string('x', 4093) + "\n"));
        Assert.Equal(1, _terminal.Type("ab"));
        Assert.Equal(4094, _terminal.Read(8192).Length);
        Assert.Equal("EAGAIN", _terminal.Read());
    }

    [Fact]
    public void Signals_flush_unless_told_otherwise()
    {
        _terminal.Type("lost\u0003kept\n");
        Assert.Equal([Signal.SIGINT], _terminal.Signals);
        Assert.Equal("kept\n", _terminal.Read());
        Assert.Equal("^Ckept\r\n", _terminal.TakeOutput());
        _terminal.Settings.Local |= LocalModes.NoFlush;
        _terminal.Type("too\u001c\u001a\n");
        Assert.Equal([Signal.SIGINT, Signal.SIGQUIT, Signal.SIGTSTP], _terminal.Signals);
        Assert.Equal("too\n", _terminal.Read());
    }

    [Fact]
    public void A_character_that_is_switched_off_is_an_ordinary_one()
    {
        _terminal.Settings[ControlCharacter.Interrupt] = 0;
        _terminal.Type("a\0b\u0003\n");
        Assert.Equal("a\0b\u0003\n", _terminal.Read());
        Assert.Empty(_terminal.Signals);
    }

    [Fact]
    public void Output_stops_and_starts()
    {
        _terminal.Type("\u0013ab");
        Assert.True(_terminal.IsOutputStopped);
        Assert.Equal(-(long)Errno.EAGAIN, _terminal.Write("x"));
        Assert.Equal("", _terminal.TakeOutput());
        _terminal.Type("\u0011");
        Assert.Equal("ab", _terminal.TakeOutput());
        _terminal.Settings.Input |= InputModes.AnyStarts;
        _terminal.Type("\u0013\n");
        Assert.False(_terminal.IsOutputStopped);
    }

    [Fact]
    public void Tabs_know_their_column()
    {
        _terminal.Settings.Output |= OutputModes.ExpandTabs;
        _terminal.Write("abc\tx\n\t|");
        Assert.Equal("abc     x\r\n        |", _terminal.TakeOutput());
        _terminal.Settings.Input |= InputModes.Utf8;
        _terminal.Write("\nää\t|");
        Assert.Equal("\r\nää      |", _terminal.TakeOutput());
    }

    [Fact]
    public void Other_translations()
    {
        _terminal.Settings.Local = LocalModes.Canonical | LocalModes.Extended;
        _terminal.Settings.Input = InputModes.Strip | InputModes.ToLower | InputModes.NewLineToReturn;
        _terminal.Type("ABC\n\u0004");
        Assert.Equal("abc\r", _terminal.Read());
        _terminal.Settings.Output = OutputModes.Process | OutputModes.ToUpper | OutputModes.NoReturnAtStart;
        _terminal.Write("\rabc\rx");
        Assert.Equal("ABC\rX", _terminal.TakeOutput());
    }

    [Fact]
    public void Bytes_become_a_line_when_lines_matter_again()
    {
        TerminalSettings raw = new();
        raw.Local = LocalModes.None;
        _terminal.Apply(raw);
        _terminal.Type("abc");
        _terminal.Apply(new TerminalSettings());
        Assert.Equal("abc", _terminal.Read());
        Assert.Equal("EAGAIN", _terminal.Read());
    }

    [Fact]
    public void The_old_form_keeps_what_it_lacks()
    {
        TerminalSettings settings = new() { Local = LocalModes.Canonical | LocalModes.ExternalProcessing };
        byte[] old = new byte[TerminalSettings.OldBytes];
        settings.WriteTo(old);
        TerminalSettings read = new() { Local = LocalModes.ExternalProcessing };
        read.ReadFrom(old);
        Assert.Equal(settings.Local, read.Local);
        Assert.Equal(17, read[ControlCharacter.Start]);
    }

    [Fact]
    public void A_size_that_changes_is_told()
    {
        _terminal.Resize(new WindowSize(24, 80, 0, 0));
        _terminal.Resize(new WindowSize(24, 80, 0, 0));
        Assert.Equal([Signal.SIGWINCH], _terminal.Signals);
    }
}

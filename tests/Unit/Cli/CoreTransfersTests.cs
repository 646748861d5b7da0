using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using Mote.Cli;
using Mote.Cli.Cores;
using Mote.Cli.Vmm;
using Xunit;

namespace Mote.Tests.Unit.Cli;

/// <summary>Core files on their way from a machine that may send anything.</summary>
public sealed class CoreTransfersTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mote-").FullName;
    private readonly List<string> _sent = [];
    private readonly CoreTransfers _cores;
    private readonly ManualResetEventSlim _hasEnded = new();
    private string? _outcome = "none";

    public CoreTransfersTests()
    {
        _cores = new CoreTransfers(line =>
        {
            lock (_sent)
            {
                _sent.Add(line);
            }

            return true;
        });
    }

    private string Target => Path.Combine(_folder, "core");

    public void Dispose()
    {
        _hasEnded.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Bytes_and_zeros_become_a_file_for_its_user_alone()
    {
        Request();
        Say("core begin\ncore data 3\na\nbcore zeros 5000\nlog between\ncore data 2\ncdcore zeros 10\ncore end\n");
        Assert.Null(Outcome());
        Assert.Equal([.. "a\nb"u8, .. new byte[5000], .. "cd"u8, .. new byte[10]], File.ReadAllBytes(Target));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Target));
        Assert.Equal(["core start", "core more 1048576", "core more 3", "core more 2"], _sent);
    }

    [Theory]
    [InlineData("core failed the program does not run\n", "the program does not run")]
    [InlineData("core begin\ncore data 3\nabccore stopped\n", "the program ended meanwhile")]
    [InlineData("core begin\ncore data 3\nabccore zeros 9223372036854775807\ncore end\n", "the core is larger than any file")]
    [InlineData("core begin\ncore data 30\nabc", "the machine ended meanwhile")]
    [InlineData("core crash\n", "a signal has just ended the program")]
    public void What_does_not_become_whole_leaves_no_file(string said, string why)
    {
        Request();
        Say(said);
        _cores.End();
        Assert.Equal(why, Outcome());
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public void A_file_that_is_there_is_left_alone_and_the_machine_told_to_stop()
    {
        File.WriteAllText(Target, "kept");
        Request();
        Say("core begin\ncore data 3\nabccore zeros 10\n");
        Assert.Contains("exists", Outcome(), StringComparison.Ordinal);
        Assert.Contains("core stop", _sent);
        Assert.Equal("kept", File.ReadAllText(Target));
        Assert.Throws<CliException>(() => CoreFile.Check(Target));
        Assert.Throws<CliException>(() => CoreFile.Check(Path.Combine(_folder, "no", "core")));
    }

    [Fact]
    public void One_is_made_at_a_time()
    {
        Request();
        string? second = null;
        _cores.Request(new CoreFileTarget(Target + "2", error => second = error));
        Assert.Equal("another core of it is being made", second);
        Say("core begin\ncore data 3\nabccore end\n");
        Assert.Null(Outcome());
        _cores.Request(new CoreFileTarget(Target + "3", error => second = error));
        Say("core failed no\n");
        Assert.Equal("no", second);
    }

    [Fact]
    public void A_machine_that_sends_unasked_or_too_much_is_not_listened_to()
    {
        Say("core begin\ncore data 3\nabccore zeros 5\ncore end\ncore data 99999999\ncore what\ncore\ncore crash\n");
        Assert.Equal(["core stop"], _sent);
        _cores.MostBytes = 5;
        Request();
        Say("core begin\ncore data 3\nabccore data 3\nabccore data 3\nabccore end\n");
        Assert.Equal("the machine sends more than it may", Outcome());
        Assert.Contains("core stop", _sent);
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public void The_core_of_a_crash_goes_where_it_was_wanted()
    {
        _cores.OnCrash = () => new CoreFileTarget(Target, Note);
        Say("core crash\ncore data 3\nabccore end\n");
        _cores.End();
        Assert.Null(Outcome());
        Assert.Equal("abc", File.ReadAllText(Target));
    }

    [Theory]
    [InlineData("/host/a/path/that/is/longer")]
    [InlineData("/h")]
    [InlineData(null)]
    public void Files_are_named_as_this_computer_has_them(string? hostPath)
    {
        // A header, two segments, two notes, and a page of memory.
        byte[] files = [.. Words(2, 4096, 0x1000, 0x2000, 0, 0x3000, 0x4000, 1), .. "/app/x\0/y\0"u8];
        byte[] notes = [.. Note(1, [1, 2, 3, 4]), .. Note(0x46494c45, files)];
        byte[] core = new byte[8192];
        core[56] = 2;
        byte[] segments = [.. Words(4, 176, 0, 0, (ulong)notes.Length, 0, 4), .. Words(1, 4096, 0x1000, 0, 4096, 4096, 4096)];
        segments.CopyTo(core, 64);
        notes.CopyTo(core, 176);
        core.AsSpan(4096).Fill(7);
        _cores.HostPathOf = name => name == "/app/x" ? hostPath : null;
        Request();
        Say("core begin\n");
        foreach (byte[] piece in core.Chunk(100))
        {
            _cores.Take($"data {piece.Length}");
            _cores.TakeBytes(piece);
        }

        Say("core end\n");
        Assert.Null(Outcome());
        byte[] got = File.ReadAllBytes(Target);
        int noteBytes = (int)BitConverter.ToUInt64(got, 64 + 32);
        byte[] expected = [.. Words(2, 4096, 0x1000, 0x2000, 0, 0x3000, 0x4000, 1), .. Encoding.UTF8.GetBytes((hostPath ?? "/app/x") + "\0/y\0")];
        Assert.Equal([.. Note(1, [1, 2, 3, 4]), .. Note(0x46494c45, expected)], got.AsSpan(176, noteBytes).ToArray());
        Assert.Equal(4096UL, BitConverter.ToUInt64(got, 64 + 56 + 8));
        Assert.Equal(core.AsSpan(4096), got.AsSpan(4096));
    }

    [Fact]
    public void Names_that_take_another_page_move_the_memory()
    {
        byte[] notes = Note(0x46494c45, [.. Words(1, 4096, 0x1000, 0x2000, 0), .. "/x\0"u8]);
        byte[] core = new byte[4096 + 10];
        core[56] = 2;
        ((byte[])[.. Words(4, 176, 0, 0, (ulong)notes.Length, 0, 4), .. Words(1, 4096, 0x1000, 0, 10, 4096, 4096)]).CopyTo(core, 64);
        notes.CopyTo(core, 176);
        core.AsSpan(4096).Fill(7);
        _cores.HostPathOf = _ => new string('p', 5000);
        Request();
        Say("core begin\n");
        int end = 176 + notes.Length;
        _cores.Take($"data {end}");
        _cores.TakeBytes(core.AsSpan(0, end));
        Say($"core zeros {4096 - end}\ncore data 10\n{new string('\a', 10)}core end\n");
        Assert.Null(Outcome());
        byte[] got = File.ReadAllBytes(Target);
        Assert.Equal(8192UL, BitConverter.ToUInt64(got, 64 + 56 + 8));
        Assert.Equal(core.AsSpan(4096), got.AsSpan(8192));
    }

    private static byte[] Note(uint type, byte[] content) =>
        [5, 0, 0, 0, .. BitConverter.GetBytes(content.Length), .. BitConverter.GetBytes(type), .. "CORE\0\0\0\0"u8, .. content, .. new byte[-content.Length & 3]];

    private static byte[] Words(params ulong[] words)
    {
        List<byte> bytes = [];
        foreach (ulong word in words)
        {
            bytes.AddRange(BitConverter.GetBytes(word));
        }

        return [.. bytes];
    }

    private void Request() => _cores.Request(new CoreFileTarget(Target, Note));

    private void Note(string? outcome)
    {
        _outcome = outcome;
        _hasEnded.Set();
    }

    private string? Outcome()
    {
        Assert.True(_hasEnded.Wait(TimeSpan.FromSeconds(20)));
        return _outcome;
    }

    /// <summary>As the control channel brings it, in pieces of any size.</summary>
    private void Say(string text)
    {
        LineSplitter lines = null!;
        lines = new LineSplitter(line => lines.Expect(ControlLine.Parse(line) is { Kind: ControlLineKind.Core } core ? _cores.Take(core.Text) : 0), _cores.TakeBytes);
        foreach (byte value in Encoding.ASCII.GetBytes(text))
        {
            lines.Add([value]);
        }
    }
}

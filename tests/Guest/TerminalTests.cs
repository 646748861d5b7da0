using System;
using System.Collections.Generic;
using System.IO;
using System.Text.RegularExpressions;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>Programs that work on a terminal: what is on the screen after each step must be what it is on the host.</summary>
public sealed partial class TerminalTests
{
    private const string Busybox = "/usr/bin/busybox";

    [Fact]
    public void A_line_is_edited_before_the_program_gets_it() => Compare(
        Program(Lines),
        new Step(">", session => session.Type("helxx")),
        new Step("> helxx", session => session.Press("BSpace", "BSpace")),
        new Step("> hel", session => session.Type("lo ä ß")),
        new Step("> hello ä ß", session => session.Press("BSpace", "BSpace", "Enter")),
        new Step("got hello ä\n>", session => session.Type("one two")),
        new Step("one two", session => session.Press("C-w")),
        new Step("one", session => session.Press("C-u", "C-d")));

    [Fact]
    public void Busybox_vi_edits_a_file() => Compare(
        Program(Busybox, ["vi", "words.txt"], "words.txt"),
        new Step("words.txt", session => session.Type("ddOsome text")),
        new Step("some text", session => session.Press("Escape")),
        new Step("- words.txt", session => session.Press("j", "x", "G")),
        new Step("2000/2000", session => session.Type("ogone")),
        new Step("I words.txt", session => session.Press("Escape")),
        new Step("- words.txt", session => session.Press("u")),
        new Step("Undo", session => session.Type(":q!")),
        new Step(":q!", session => session.Press("Enter")));

    [Fact]
    public void Busybox_less_pages() => Compare(
        Program(Busybox, ["less", "words.txt"], "words.txt"),
        new Step("words.txt", session => session.Press("Space")),
        new Step(":", session => session.Press("G")),
        new Step("(END)", session => session.Press("q")));

    [Fact]
    public void Less_pages_searches_and_follows_the_window() => Compare(
        Program("/usr/bin/less", ["words.txt"], "words.txt"),
        new Step("words.txt", session => session.Press("Space")),
        new Step(":", session => session.Type("/lomi")),
        new Step("/lomi", session => session.Press("Enter")),
        new Step("lomi", session => session.Resize(60, 12)),
        new Step("lomi", session => session.Press("G")),
        new Step("(END)", session => session.Press("q")));

    [Fact]
    public void Vim_edits_on_the_whole_screen() => Compare(
        Program("/usr/bin/vim", ["-u", "NONE", "-N", "-n", "-i", "NONE", "words.txt"], "words.txt"),
        new Step("words.txt", session => session.Type("3GAappended")),
        new Step("appended", session => { session.Press("Escape"); session.Type(":set number"); }),
        new Step(":set number", session => session.Press("Enter")),
        new Step("  1 ", session => session.Type(":%s/ka/KA/g")),
        new Step(":%s/ka/KA/g", session => session.Press("Enter")),
        new Step("substitutions", session => session.Type(":q!")),
        new Step(":q!", session => session.Press("Enter")));

    [Fact]
    public void Python_has_a_line_editor_with_history() => Compare(
        Program("/usr/bin/python3", ["-q"], options: ["--rule", "python:full", "--rule", "terminfo"]),
        new Step(">>>", session => session.Type("6 * 7")),
        new Step("6 * 7", session => session.Press("Enter")),
        new Step("42", session => session.Press("Up")),
        new Step("42\n>>> 6 * 7", session => session.Press("BSpace", "8", "Enter")),
        new Step("48", session => session.Press("C-d")));

    [Fact]
    public void The_settings_are_those_of_a_new_terminal() => Compare(Program("/usr/bin/stty", ["-a"]));

    [Theory]
    [InlineData("cols")]
    [InlineData("longname")]
    public void Terminfo_and_the_size_are_there(string what) => Compare(Program("/usr/bin/tput", [what]));

    [Theory]
    [InlineData("/usr/bin/top", "-d", "0.5")]
    [InlineData("/usr/bin/top", "-H", "-d", "0.5")]
    public void Top_shows_the_machine(string path, params string[] arguments)
    {
        using TerminalSession session = OnMote(Program(path, arguments));
        string screen = session.WaitFor("PID USER");
        Assert.Matches(TopHeader(), screen);
        Assert.Matches(TopLine(), screen);
        session.Press("q");
        Assert.Equal(0, session.WaitForEnd());
    }

    [Fact]
    public void Ps_names_the_terminal()
    {
        using TerminalSession session = OnMote(Program("/usr/bin/ps", ["-o", "pid,ppid,pgid,sid,tpgid,tty,stat,comm"]));
        Assert.Equal(0, session.WaitForEnd());
        Assert.Matches(PsLine(), session.Screen);
    }

    /// <summary>A terminal where the tool has none: its input ends in the end of the file.</summary>
    [Fact]
    public void A_terminal_can_be_asked_for()
    {
        RunOutcome outcome = MoteTool.Run(["run", "--tty", "/usr/bin/tty"]);
        Assert.Equal((0, "/dev/hvc0\r\n"), (outcome.Status, outcome.OutputText));
        outcome = MoteTool.Run(["run", "--tty", "/usr/bin/cat"], "abc\n"u8.ToArray());
        Assert.Equal((0, "abc\r\nabc\r\n"), (outcome.Status, outcome.OutputText));
    }

    [Fact]
    public void A_terminal_can_be_declined()
    {
        using TerminalSession session = OnMote(Program("/usr/bin/tty", options: ["--no-tty"]));
        Assert.Equal(1, session.WaitForEnd());
        Assert.Equal("not a tty\n\n[1]", session.Screen);
    }

    [Fact]
    public void An_interrupt_goes_to_the_program()
    {
        using TerminalSession session = OnMote(Program(Lines));
        session.WaitFor(">");
        session.Type("waiting");
        session.WaitFor("> waiting");
        session.Press("C-c");
        Assert.Equal(130, session.WaitForEnd());
        Assert.Equal("> waiting^C\n[130]", session.Screen);
    }

    [Fact]
    public void Three_escapes_end_the_machine()
    {
        using TerminalSession session = OnMote(Program(Busybox, ["less", "words.txt"], "words.txt"));
        session.WaitFor("words.txt");
        session.Press("C-]", "C-]", "C-]");
        Assert.Equal(130, session.WaitForEnd());
        Assert.Contains("the machine was ended from the keyboard", session.Screen, StringComparison.Ordinal);
    }

    /// <summary>A job of a shell: it stops, continues, and gives the terminal back as it was.</summary>
    [Fact]
    public void The_machine_is_a_job_of_the_shell()
    {
        using TerminalSession session = Shell();
        session.Type($"stty -g; {string.Join(' ', MoteCommand(Program(Lines)))}");
        session.Press("Enter");
        session.WaitFor("\n>");
        string before = SavedSettings().Match(session.Screen).Value;
        session.Type("first");
        session.WaitFor("\n> first");
        session.Press("C-z");
        session.WaitFor("Stopped");
        session.Type("clear; stty -g; fg; echo status $?");
        session.Press("Enter");
        session.WaitFor("lines");
        Assert.Equal(before, SavedSettings().Match(session.Screen).Value);
        session.Type("second");
        session.Press("Enter");
        session.WaitFor("got second\n>");
        session.Press("C-d");
        session.WaitFor("status 0\n$");
        session.Type("clear; stty -g");
        session.Press("Enter");
        session.WaitFor(before);
    }

    [Fact]
    public void A_killed_tool_gives_the_terminal_back()
    {
        using TerminalSession session = Shell();
        session.Type($"stty -g; {string.Join(' ', MoteCommand(Program(Busybox, ["less", "words.txt"], "words.txt")))}; echo status $?; stty -g");
        session.Press("Enter");
        session.WaitFor("words.txt");
        session.WaitFor("vu nu");
        session.Signal("TERM");
        string screen = session.WaitFor("status 143");
        Assert.Matches(SavedSettings(), screen[screen.IndexOf("status 143", StringComparison.Ordinal)..]);
    }

    private static string Lines => ProgramCompiler.PathOf(new GuestProgram { Name = "lines", Group = "terminals", C = "lines.c", Build = "musl" });

    private static TerminalSession Shell()
    {
        Dictionary<string, string> environment = EnvironmentOf(isMote: true);
        environment["PS1"] = "$ ";
        TerminalSession session = new(["bash", "--norc", "--noprofile", "-i"], environment);
        session.WaitFor("$");
        return session;
    }

    private static void Compare(TerminalProgram program, params Step[] steps)
    {
        List<string> screens = [];
        int status;
        using (TerminalSession host = OnHost(program))
        {
            foreach (Step step in steps)
            {
                screens.Add(host.WaitFor(step.Shows));
                step.Then(host);
            }

            status = host.WaitForEnd();
            screens.Add(host.Screen);
        }

        if (Environment.GetEnvironmentVariable("MOTE_GUEST_HOST_ONLY") == "1")
        {
            return;
        }

        using TerminalSession mote = OnMote(program);
        for (int i = 0; i < steps.Length; i++)
        {
            mote.WaitForScreen(screens[i]);
            steps[i].Then(mote);
        }

        Assert.Equal(status, mote.WaitForEnd());
        mote.WaitForScreen(screens[^1]);
    }

    private static TerminalSession OnHost(TerminalProgram program) =>
        new(["sh", "-c", $"cd {TestData.Folder} && exec \"$@\"", "sh", program.Path, .. program.Arguments], EnvironmentOf(isMote: false));

    private static TerminalSession OnMote(TerminalProgram program) => new(MoteCommand(program), EnvironmentOf(isMote: true));

    private static List<string> MoteCommand(TerminalProgram program)
    {
        MoteTool.Build();
        List<string> words = [Path.Combine(Repository.Root, "mote"), "run", "--env", "LESSHISTFILE=-", "--env", "HOME=/nonexistent", "--workdir", program.Added.Count > 0 ? TestData.GuestFolder : "/"];
        foreach (string added in program.Added)
        {
            words.AddRange(["--add", $"{Path.Combine(TestData.Folder, added)}:{TestData.GuestFolder}/{added}"]);
        }

        words.AddRange(program.Options);
        words.Add(program.Path);
        return program.Arguments.Count > 0 ? [.. words, "--", .. program.Arguments] : words;
    }

    private static Dictionary<string, string> EnvironmentOf(bool isMote)
    {
        Dictionary<string, string> environment = new()
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin",

            // No histories: neither those of the host nor new ones.
            ["HOME"] = isMote ? Environment.GetEnvironmentVariable("HOME") ?? "/root" : "/nonexistent",
            ["TERM"] = "tmux-256color",
            ["LANG"] = "C.UTF-8",
            ["LESSHISTFILE"] = "-",
        };
        if (isMote)
        {
            environment["MOTE_NO_BUILD"] = "1";
            environment["MOTE_CACHE"] = Path.Combine(Repository.Artifacts, "cache");
        }

        return environment;
    }

    private static TerminalProgram Program(string path, IReadOnlyList<string>? arguments = null, string? added = null, IReadOnlyList<string>? options = null) =>
        new(path, arguments ?? [], added is null ? [] : [added], options ?? []);

    [GeneratedRegex(@"top - \d\d:\d\d:\d\d up .*load average: \d+\.\d\d, \d+\.\d\d, \d+\.\d\d\n(Tasks|Threads): +1 total, +1 running, +0 sleeping, +0 stopped, +0 zombie\n%Cpu\(s\):.*\nMiB Mem : .*\nMiB Swap: ")]
    private static partial Regex TopHeader();

    [GeneratedRegex(@"\n +1 root +20 +0 +\d+ +\d+ +\d+ R +\d+\.\d +\d+\.\d +\d+:\d\d\.\d\d top")]
    private static partial Regex TopLine();

    [GeneratedRegex(@"\n +1 +0 +1 +1 +1 hvc0 +Rs\+ +ps")]
    private static partial Regex PsLine();

    [GeneratedRegex(@"[0-9a-f]+:5:[0-9a-f]+:8a3b:[0-9a-f:]+")]
    private static partial Regex SavedSettings();

    /// <summary>What the screen must contain, and what is done then.</summary>
    private sealed record Step(string Shows, Action<TerminalSession> Then);

    private sealed record TerminalProgram(string Path, IReadOnlyList<string> Arguments, IReadOnlyList<string> Added, IReadOnlyList<string> Options);
}

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text.RegularExpressions;
using System.Threading;

namespace Mote.Tests.Guest;

/// <summary>
/// A terminal with a program on it, as tmux(1) emulates it: keys go in, the screen comes out. Nothing sleeps for a fixed time: a test waits until the screen is as it must be,
/// with a limit.
/// </summary>
internal sealed partial class TerminalSession : IDisposable
{
    private const int LimitSeconds = 180;
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    /// <summary>Where the server has its socket.</summary>
    private readonly string _folder = Directory.CreateTempSubdirectory("mote-tmux-").FullName;

    /// <summary>Starts the program on a terminal of 80 by 24 with this environment alone.</summary>
    public TerminalSession(IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment)
    {
        List<string> words = ["-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", "env", "-i"];
        foreach ((string name, string value) in environment)
        {
            words.Add($"{name}={value}");
        }

        // What is on the screen at the end stays, with the status below it.
        words.AddRange(["sh", "-c", "\"$@\"; printf '\\n[%d]\\n' $?", "sh", .. command, ";", "set-option", "-g", "remain-on-exit", "on", ";", "set-option", "-g", "remain-on-exit-format", "", ";", "set-option", "-g", "status", "off",
            ";", "set-option", "-g", "window-size", "manual", ";", "resize-window", "-x", "80", "-y", "24"]);
        Tmux([.. words]);
    }

    /// <summary>The screen's lines without the blanks at their ends.</summary>
    public string Screen => Tmux("capture-pane", "-p").TrimEnd();

    /// <summary>Presses keys, by the names of tmux(1): "a", "Enter", "C-c", "Escape".</summary>
    public void Press(params string[] keys) => Tmux(["send-keys", .. keys]);

    public void Type(string text) => Tmux("send-keys", "-l", text);

    public void Resize(int columns, int rows) =>
        Tmux("resize-window", "-x", columns.ToString(CultureInfo.InvariantCulture), "-y", rows.ToString(CultureInfo.InvariantCulture));

    /// <summary>Waits until the screen contains a text and no longer changes; returns it.</summary>
    public string WaitFor(string text)
    {
        string before = "";
        int same = 0;
        WaitUntil(screen =>
        {
            same = screen == before ? same + 1 : 0;
            before = screen;
            return same >= 3 && screen.Contains(text, StringComparison.Ordinal);
        }, $"'{text}'");
        return before;
    }

    /// <summary>Waits until the screen is this one.</summary>
    public void WaitForScreen(string expected) => WaitUntil(screen => screen == expected, "this screen:\n" + expected);

    /// <summary>Sends a signal to what a shell in the terminal has started.</summary>
    public void Signal(string name)
    {
        string outer = Tmux("display-message", "-p", "#{pane_pid}").Trim();
        string shell = ChildRun.Run("ps", ["-o", "pid=", "--ppid", outer], new ChildOptions()).OutputText.Trim();
        string tool = ChildRun.Run("ps", ["-o", "pid=", "--ppid", shell], new ChildOptions()).OutputText.Trim();
        ChildRun.Run("kill", ["-" + name, tool], new ChildOptions());
    }

    /// <summary>Waits until the program has ended and returns its status, which is then the last line of the screen: <c>[0]</c>.</summary>
    public int WaitForEnd()
    {
        Match end = Match.Empty;
        WaitUntil(screen => (end = StatusLine().Match(screen)).Success, "the end");
        return int.Parse(end.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        try
        {
            Tmux("kill-server");
        }
        catch (InvalidOperationException)
        {
            // It ended by itself.
        }

        Directory.Delete(_folder, recursive: true);
    }

    private void WaitUntil(Predicate<string> isReached, string what)
    {
        DateTime limit = DateTime.UtcNow.AddSeconds(LimitSeconds);
        string screen = Screen;
        while (!isReached(screen))
        {
            if (DateTime.UtcNow > limit)
            {
                throw new TimeoutException($"After {LimitSeconds} seconds the terminal does not show {what}\n--- but:\n{screen}");
            }

            Thread.Sleep(s_look);
            screen = Screen;
        }
    }

    [GeneratedRegex(@"\n\[(\d+)\]$")]
    private static partial Regex StatusLine();

    private string Tmux(params string[] words)
    {
        RunOutcome outcome = ChildRun.Run("tmux", ["-u", .. words], new ChildOptions { Seconds = 60, Environment = new Dictionary<string, string> { ["TMUX"] = "", ["TMUX_TMPDIR"] = _folder, ["LC_ALL"] = "C.UTF-8" } });
        return outcome.Status == 0 ? outcome.OutputText : throw new InvalidOperationException($"tmux {string.Join(' ', words)}: {outcome.ErrorText}{outcome.OutputText}");
    }
}

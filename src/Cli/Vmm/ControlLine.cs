using System;
using System.Globalization;

namespace Mote.Cli.Vmm;

/// <summary>One line of the control channel: a word that says what it is, a space, and the rest.</summary>
internal readonly record struct ControlLine(ControlLineKind Kind, string Text, int Status)
{
    public static ControlLine Parse(string line)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        string word = space < 0 ? line : line[..space];
        string rest = space < 0 ? "" : line[(space + 1)..];
        switch (word)
        {
            case "log":
                return new ControlLine(ControlLineKind.Log, rest, 0);
            case "strace":
                return new ControlLine(ControlLineKind.Strace, rest, 0);
            case "crash":
                return new ControlLine(ControlLineKind.Crash, rest, 0);
            case "report":
                return new ControlLine(ControlLineKind.Report, rest, 0);
            case "listens":
                return new ControlLine(ControlLineKind.Listens, rest, 0);
            case "core":
                return new ControlLine(ControlLineKind.Core, rest, 0);
            case "stopped" when byte.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out byte signal):
                return new ControlLine(ControlLineKind.Stopped, "", signal);
            case "exit" when byte.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out byte status):
                return new ControlLine(ControlLineKind.Exit, "", status);
            default:
                return new ControlLine(ControlLineKind.Unknown, line, 0);
        }
    }
}

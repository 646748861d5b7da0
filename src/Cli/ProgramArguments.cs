using System;

namespace Mote.Cli;

/// <summary>Parts the tool's arguments from the program's, which follow the first <c>--</c> and are never interpreted.</summary>
internal static class ProgramArguments
{
    public static (string[] Own, string[] Program) Split(string[] arguments)
    {
        int at = Array.IndexOf(arguments, "--");
        return at < 0 ? (arguments, []) : (arguments[..at], arguments[(at + 1)..]);
    }
}

using System;

namespace Mote.Kernel.Processes;

/// <summary>The first line of a script: an interpreter and at most one argument (execve(2), "Interpreter scripts").</summary>
internal static class ScriptLine
{
    /// <summary>Bytes of the file that are looked at (BINPRM_BUF_SIZE).</summary>
    internal const int MaxBytes = 256;

    /// <summary>Takes the line apart. False when the file is no script; then <paramref name="interpreter"/> is empty. It is also empty for a script without a usable interpreter.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> start, out ReadOnlySpan<byte> interpreter, out ReadOnlySpan<byte> argument)
    {
        interpreter = default;
        argument = default;
        if (!start.StartsWith("#!"u8))
        {
            return false;
        }

        ReadOnlySpan<byte> line = start[2..];
        int end = line.IndexOf((byte)'\n');
        if (end >= 0)
        {
            line = line[..end];
        }
        else if (start.Length == MaxBytes && line.Trim(" \t"u8).IndexOfAny((byte)' ', (byte)'\t') < 0)
        {
            return true; // the interpreter's name itself was cut off
        }

        line = line.Trim(" \t\0"u8);
        int space = line.IndexOfAny((byte)' ', (byte)'\t');
        interpreter = space < 0 ? line : line[..space];
        argument = space < 0 ? default : line[space..].Trim(" \t"u8);
        return true;
    }
}

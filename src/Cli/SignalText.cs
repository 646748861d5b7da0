using System;
using System.Globalization;

namespace Mote.Cli;

/// <summary>Signals as <c>--stop-signal</c> takes them: a name of signal(7) with or without SIG, or a number.</summary>
internal static class SignalText
{
    /// <summary>In the order of their numbers on x86-64, from one.</summary>
    private static readonly string[] s_names =
    [
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
        "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    private const int Last = 64;

    public static bool TryParse(ReadOnlySpan<char> text, out int signal)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out signal))
        {
            return signal is > 0 and <= Last;
        }

        ReadOnlySpan<char> name = text.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? text[3..] : text;
        for (int i = 0; i < s_names.Length; i++)
        {
            if (name.Equals(s_names[i], StringComparison.OrdinalIgnoreCase))
            {
                signal = i + 1;
                return true;
            }
        }

        return false;
    }
}

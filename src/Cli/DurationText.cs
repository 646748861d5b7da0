using System;
using System.Globalization;

namespace Mote.Cli;

/// <summary>Times as <c>--timeout</c> takes them: a number, which may have a fraction, and ms, s, m or h; without a unit, seconds as in timeout(1).</summary>
internal static class DurationText
{
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        text = text.Trim();
        (int unitLength, double secondsPerUnit) = text switch
        {
            [.., 'm', 's'] => (2, 0.001),
            [.., 's'] => (1, 1.0),
            [.., 'm'] => (1, 60.0),
            [.., 'h'] => (1, 3600.0),
            _ => (0, 1.0),
        };
        if (!double.TryParse(text[..^unitLength], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
        {
            return false;
        }

        double seconds = number * secondsPerUnit;
        // Timers of the class library end at 49 days.
        if (seconds <= 0 || seconds > 40.0 * 24 * 3600)
        {
            return false;
        }

        duration = TimeSpan.FromSeconds(seconds);
        return true;
    }
}

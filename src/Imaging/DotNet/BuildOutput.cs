using System;
using System.Collections.Generic;
using System.Globalization;

namespace Mote.Imaging.DotNet;

/// <summary>Picks what matters from the SDK's output.</summary>
internal static class BuildOutput
{
    private const int MaxLines = 60;

    /// <summary>The errors, each once and with the lines that belong to it, without the warnings; or the last lines when none says "error".</summary>
    public static string Shorten(string output)
    {
        var errors = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var all = new List<string>();
        bool isShown = false;
        foreach (string raw in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string line = raw.TrimEnd();
            all.Add(line);
            if (IsMessage(line, "error"))
            {
                isShown = seen.Add(line.Trim());
            }
            else if (IsMessage(line, "warning") || IsSummary(line))
            {
                isShown = false;
            }

            if (isShown)
            {
                errors.Add(line.StartsWith("  ", StringComparison.Ordinal) && IsMessage(line, "error") ? line.Trim() : line);
            }
        }

        if (errors.Count == 0)
        {
            return string.Join('\n', all.GetRange(Math.Max(0, all.Count - MaxLines), Math.Min(all.Count, MaxLines)));
        }

        string more = errors.Count > MaxLines ? string.Create(CultureInfo.InvariantCulture, $"\n(and {errors.Count - MaxLines} more lines)") : "";
        return string.Join('\n', errors.GetRange(0, Math.Min(errors.Count, MaxLines))) + more;
    }

    // MSBuild's form for a message: an origin, a category and a code. F#'s messages and a linker's go on in the lines below.
    private static bool IsMessage(string line, string category) =>
        line.Contains($": {category} ", StringComparison.Ordinal) || line.Contains($": {category}:", StringComparison.Ordinal)
        || line.TrimStart().StartsWith(category + " ", StringComparison.Ordinal) || line.TrimStart().StartsWith(category + ":", StringComparison.OrdinalIgnoreCase);

    private static bool IsSummary(string line) =>
        line.StartsWith("Build FAILED", StringComparison.Ordinal) || line.StartsWith("Time Elapsed", StringComparison.Ordinal) || line.EndsWith(" Warning(s)", StringComparison.Ordinal);
}

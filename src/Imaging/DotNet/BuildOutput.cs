using System;
using System.Collections.Generic;

namespace Mote.Imaging.DotNet;

/// <summary>Picks what matters from the SDK's output.</summary>
internal static class BuildOutput
{
    private const int MaxLines = 40;

    /// <summary>The lines with errors, each once, or the last lines when none says "error".</summary>
    public static string Shorten(string output)
    {
        var lines = new List<string>(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var errors = new List<string>();
        foreach (string line in lines)
        {
            string trimmed = line.Trim();
            if ((trimmed.Contains(": error", StringComparison.Ordinal) || trimmed.StartsWith("error", StringComparison.OrdinalIgnoreCase)) && !errors.Contains(trimmed))
            {
                errors.Add(trimmed);
            }
        }

        List<string> shown = errors.Count > 0 ? errors : lines;
        int skip = Math.Max(0, shown.Count - MaxLines);
        return errors.Count > 0 ? string.Join('\n', shown.GetRange(0, Math.Min(shown.Count, MaxLines))) : string.Join('\n', shown.GetRange(skip, shown.Count - skip));
    }
}

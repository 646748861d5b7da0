using System;
using System.Linq;
using System.Text;
using Mote.Imaging;

namespace Mote.Cli.Commands;

/// <summary>An image's report as text: how it starts, the rules, and the files by reason.</summary>
internal static class ImageTable
{
    /// <summary>A group shows so many of its largest files unless all are asked for.</summary>
    private const int ShownFiles = 8;

    public static string Format(ImageReport report, bool allFiles)
    {
        StringBuilder text = new();
        Pair("program", report.Program);
        Pair("starts", string.Join(' ', report.Config.Arguments.Select(Quote)) + (report.Config.Arguments.Count > 0 && report.Config.Arguments[0] == report.Config.EntryPoint ? "" : $"  ({report.Config.EntryPoint})"));
        Pair("in", report.Config.WorkingDirectory);
        if (report.Config.StopSignal is string signal)
        {
            Pair("stopped by", signal);
        }

        foreach ((string name, string value) in report.Config.Environment)
        {
            Pair("environment", $"{name}={value}");
        }

        Pair("size", $"{Size.Text(report.RootImageBytes)} ({Size.Text(report.ContentBytes)} of files)");
        foreach (AppliedRule rule in report.Rules)
        {
            Pair("rule", $"{rule.Name}: {rule.Description} ({rule.Why})");
        }

        foreach (ReportGroup group in report.Groups)
        {
            text.Append('\n').Append($"{TerminalText.EscapeName(group.Title)}: {Count(group.Files.Count)}, {Size.Text(group.SizeBytes)}\n");
            Files(group, allFiles);
        }

        if (report.Notes.Count > 0)
        {
            text.Append("\nnotes\n");
            foreach (string note in report.Notes)
            {
                text.Append("  ").Append(TerminalText.EscapeName(note)).Append('\n');
            }
        }

        return text.ToString();

        void Pair(string name, string value) => text.Append($"{name,-12} {TerminalText.EscapeName(value)}\n");

        void Files(ReportGroup group, bool all)
        {
            int shown = all || group.Files.Count <= ShownFiles + 2 ? group.Files.Count : ShownFiles;
            int width = group.Files.Take(shown).Select(file => file.Path.Length).DefaultIfEmpty().Max();
            foreach (ManifestEntry file in group.Files.Take(shown))
            {
                string what = file.Target is null ? Size.Text(file.Size) : "-> " + file.Target;
                string why = file.Why == group.Title ? "" : file.Why;
                text.Append(TerminalText.EscapeName($"  {file.Path.PadRight(Math.Min(width, 60))}  {what,10}  {why}".TrimEnd())).Append('\n');
            }

            if (shown < group.Files.Count)
            {
                text.Append($"  and {group.Files.Count - shown} more (--files lists them)\n");
            }
        }
    }

    private static string Count(int files) => files == 1 ? "1 file" : $"{files} files";

    private static string Quote(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:,+@%".Contains(c, StringComparison.Ordinal)) ? argument : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>
/// Python's own regression tests: each test of a module must end on Mote as it does on the host, except those that <c>python/regression.json</c> names with the reason.
/// One that is named there and ends alike is an error too, so that the list stays true.
/// </summary>
internal static class PythonSuite
{
    private const string Mark = "@@";
    private const string EndMark = Mark + "end";

    private static readonly string s_folder = Path.Combine(Repository.Root, "tests", "Guest", "python");

    public static void Compare(GuestProgram program, RunOutcome host, RunOutcome guest)
    {
        Dictionary<string, string> onHost = Outcomes(program, host), onMote = Outcomes(program, guest);
        HashSet<string> listed = [.. Listed().Where(name => program.Suite.Any(module => name.Contains($"test.{module}.", StringComparison.Ordinal)))];
        string[] all = [.. onHost.Keys.Union(onMote.Keys).Union(listed).Order(StringComparer.Ordinal)];
        List<string> wrong = [];
        foreach (string name in all)
        {
            string there = onHost.GetValueOrDefault(name, "absent"), here = onMote.GetValueOrDefault(name, "absent");
            bool isAlike = there.Split('\t')[0] == here.Split('\t')[0];
            if (isAlike == listed.Contains(name))
            {
                wrong.Add(isAlike ? $"ends as on the host and is listed: {name}" : $"{name}: {there} on the host, {here} on Mote");
            }
        }

        Assert.True(wrong.Count == 0, $"{program.Title}: of {all.Length} tests, {wrong.Count} are not as regression.json says:\n{string.Join('\n', wrong)}");
    }

    // The outcome and, of a failure, the last line of its report.
    private static Dictionary<string, string> Outcomes(GuestProgram program, RunOutcome outcome)
    {
        string[] lines = outcome.OutputText.Split('\n');
        Assert.True(lines.Any(line => line.StartsWith(EndMark, StringComparison.Ordinal)), $"{program.Title} did not come to its end (status {outcome.Status}).\n{Last(outcome)}");
        return lines
            .Where(line => line.StartsWith(Mark, StringComparison.Ordinal) && !line.StartsWith(EndMark, StringComparison.Ordinal))
            .Select(line => line[Mark.Length..].Split('\t', 3))
            .GroupBy(words => words[1], StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => string.Join('\t', group.Last().Where((_, i) => i != 1)), StringComparer.Ordinal);
    }

    private static string Last(RunOutcome outcome) => string.Join('\n', (outcome.OutputText + outcome.ErrorText).Split('\n').TakeLast(30));

    private static IEnumerable<string> Listed() =>
        JsonSerializer.Deserialize<Dictionary<string, string[]>>(File.ReadAllText(Path.Combine(s_folder, "regression.json")))!.Values.SelectMany(names => names);
}

using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Mote.Compatibility;

namespace Mote.Cli.Commands;

/// <summary>What <c>mote run --report</c> shows: the calls that the program made, with what the table of docs/compat says of them.</summary>
internal sealed class CallSummary
{
    private readonly SupportTable _table = SupportTable.Load();
    private readonly SortedDictionary<int, ulong> _calls = [];
    private readonly Dictionary<int, List<(string Error, ulong Count)>> _failures = [];
    private readonly List<string> _paths = [];

    /// <summary>Takes a line of the kernel: <c>call NUMBER COUNT</c>, <c>failed NUMBER COUNT ERROR</c> or <c>path PATH</c>. Others are passed over.</summary>
    public void Add(string line)
    {
        string[] words = line.Split(' ', 4);
        if (words is ["path", ..])
        {
            _paths.Add(line["path ".Length..]);
        }
        else if (words.Length >= 3 && int.TryParse(words[1], CultureInfo.InvariantCulture, out int number) && ulong.TryParse(words[2], CultureInfo.InvariantCulture, out ulong count))
        {
            if (words is ["call", _, _])
            {
                _calls[number] = count;
            }
            else if (words is ["failed", _, _, string error])
            {
                _failures.TryAdd(number, []);
                _failures[number].Add((error, count));
            }
        }
    }

    /// <summary>Prints it on standard error.</summary>
    public void Show() => Report.Line(Format());

    internal string Format()
    {
        StringBuilder text = new("mote: system calls that the program made\n");
        foreach ((int number, ulong count) in _calls)
        {
            SystemCallSupport? support = _table.SystemCalls.GetValueOrDefault(number);
            string failed = string.Join(", ", _failures.GetValueOrDefault(number, []).OrderByDescending(failure => failure.Count).Select(failure => $"{failure.Count} {failure.Error}"));
            string level = support?.Level switch
            {
                SupportLevel.Yes => "",
                SupportLevel.Partly => $"partly there: {support.Note}",
                _ => $"not there: {(support is null or { Note: "" } ? "ENOSYS" : support.Note)}",
            };
            string line = string.Create(CultureInfo.InvariantCulture, $"  {count,9}  {support?.Name ?? $"call {number}",-18}")
                + (failed.Length > 0 ? $"  failed: {failed}" : "") + (level.Length > 0 ? $"  ({level})" : "");
            text.Append(line.TrimEnd()).Append('\n');
        }

        if (_paths.Count > 0)
        {
            text.Append("mote: files of the system that it looked for in vain\n");
            _paths.ForEach(path => text.Append("  ").Append(path).Append('\n'));
        }

        return text.ToString().TrimEnd('\n');
    }
}

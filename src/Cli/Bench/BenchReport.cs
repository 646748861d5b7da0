using System.Collections.Generic;
using System.IO;
using System.Linq;
using Spectre.Console;

namespace Mote.Cli.Bench;

/// <summary>Prints a figure, what is to be reached, and how it was taken.</summary>
internal sealed class BenchReport
{
    private int _missed;

    public bool AllReached => _missed == 0;

    public void Figure(string what, string value, string reach, bool reached, string how)
    {
        _missed += reached ? 0 : 1;
        HostOutput.StandardOutput.WriteLine($"{(reached ? "ok    " : "missed")} {what}: {value} (reach: {reach})");
        HostOutput.StandardOutput.WriteLine($"       {how}");
    }

    /// <summary>Prints a table, and counts those of its lines that do not reach what they should.</summary>
    public void Table(IReadOnlyList<string> heads, IEnumerable<string[]> rows, string how, int missed)
    {
        const int Width = 200; // a terminal's width would cut what goes to a file
        _missed += missed;
        Table table = new() { Border = TableBorder.Markdown };
        table.AddColumns([.. heads]);
        foreach (string[] row in rows)
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }

        using StringWriter text = new();
        AnsiConsoleSettings settings = new() { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No, Interactive = InteractionSupport.No };
        IAnsiConsole console = AnsiConsole.Create(settings);
        console.Profile.Width = Width;
        console.Write(table);
        HostOutput.StandardOutput.WriteLine(text.ToString().TrimEnd());
        HostOutput.StandardOutput.WriteLine($"       {how}");
    }

    public void Missing(string what, string why)
    {
        _missed++;
        HostOutput.StandardOutput.WriteLine($"failed {what}: {why}");
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}

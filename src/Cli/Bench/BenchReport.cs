using System.Collections.Generic;
using System.Linq;

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

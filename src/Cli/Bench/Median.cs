using System.Collections.Generic;
using System.Linq;

namespace Mote.Cli.Bench;

/// <summary>What repeated measurements come to: other programs only ever add time, so the middle and the least say most.</summary>
internal static class Median
{
    public static double Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    public static double Least(IEnumerable<double> values) => values.Min();
}

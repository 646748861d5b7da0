using System.Globalization;
using System.Text.RegularExpressions;

namespace Mote.Cli.Symbols;

/// <summary>Replaces kernel addresses in text by method, file and line.</summary>
internal sealed partial class Symbolizer(LineTable? table)
{
    /// <summary>For a kernel file; without a line table, text stays as it is.</summary>
    public static Symbolizer ForKernel(string kernel) => new(LineTable.Load(kernel));

    /// <summary>Addresses that the kernel has named itself stand in brackets and stay.</summary>
    public string Apply(string line) => table is null ? line : KernelAddress().Replace(line, Name);

    /// <summary>The kernel is linked into the top 2 GiB of the address space.</summary>
    [GeneratedRegex("(?<![0-9a-fA-F\\[x])(?:0x)?(?<digits>ffffffff[89a-f][0-9a-f]{7})(?![0-9a-fA-F\\]])", RegexOptions.ExplicitCapture)]
    private static partial Regex KernelAddress();

    private string Name(Match match)
    {
        ulong address = ulong.Parse(match.Groups["digits"].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return table!.Find(address) is CodeLocation location ? $"{location} [{match.Value}]" : match.Value;
    }
}

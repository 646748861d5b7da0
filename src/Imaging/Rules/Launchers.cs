using System.Collections.Generic;
using Mote.Imaging.Inputs;

namespace Mote.Imaging.Rules;

/// <summary>
/// Shell scripts of the distribution that set a program's variables, which its rule sets in the image, and become the program. The shell
/// makes processes on the way, so the image starts the
/// program directly.
/// </summary>
internal static class Launchers
{
    /// <summary>R's own executable.</summary>
    public const string R = "/usr/lib/R/bin/exec/R";

    private static readonly Dictionary<string, (string Rule, string Program)> s_programs = new(System.StringComparer.Ordinal)
    {
        ["/usr/bin/R"] = ("r", R),
        ["/usr/lib/R/bin/R"] = ("r", R),
    };

    /// <summary>The program that a script becomes, or the path as it is.</summary>
    public static string Behind(HostFiles host, string path, IReadOnlyList<string> requestedRules) =>
        host.Resolve(path) is { } real && s_programs.TryGetValue(real, out (string Rule, string Program) known)
            && host.IsFile(known.Program) && RuleBook.Applies(known.Rule, requestedRules)
            ? known.Program
            : path;
}

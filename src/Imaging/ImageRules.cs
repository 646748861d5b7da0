using System.Collections.Generic;
using Mote.Imaging.Rules;

namespace Mote.Imaging;

/// <summary>The rules that know what a kind of program needs beyond its libraries, for lists and error messages.</summary>
public static class ImageRules
{
    /// <summary>Each rule and variant: its name as <c>--rule</c> takes it and one line that says what it adds.</summary>
    public static IReadOnlyList<(string Name, string Description)> All { get; } = List();

    private static List<(string Name, string Description)> List()
    {
        var all = new List<(string Name, string Description)>();
        foreach (IImageRule rule in RuleBook.All)
        {
            all.Add((rule.Name, rule.Description));
            foreach ((string name, string description) in rule.Variants)
            {
                all.Add(($"{rule.Name}:{name}", description));
            }
        }

        return all;
    }
}

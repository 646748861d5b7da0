using System;
using System.Collections.Generic;

namespace Mote.Imaging.Rules;

/// <summary>All rules, and the choice among them.</summary>
internal static class RuleBook
{
    private const string None = "none";

    public static IReadOnlyList<IImageRule> All { get; } = [new PythonRule(), new DotNetRule(), new GoRule(), new JavaRule(), new NodeRule(), .. FolderRules.All, new TerminfoRule(), new ServerRule()];

    /// <summary>Applies the rules that the request names, or those that recognise the program when it names none. A program out of a root that the user gives has all that it needs there.</summary>
    /// <exception cref="ImageException">There is no such rule or variant.</exception>
    public static void Apply(ImageAssembly assembly, LoadedProgram program, IReadOnlyList<string> requested)
    {
        SortedDictionary<string, HashSet<string>> named = Parse(requested);
        foreach (IImageRule rule in All)
        {
            string? recognized = rule.Recognize(program);
            bool isNamed = named.TryGetValue(rule.Name, out HashSet<string>? variants);
            if (!isNamed && (recognized is null || requested.Count > 0 || assembly.IsInRoot(program.HostReal)))
            {
                continue;
            }

            variants ??= [];
            string name = variants.Count == 0 ? rule.Name : $"{rule.Name}:{string.Join(':', variants)}";
            string why = isNamed ? $"asked for with --rule {name}" : recognized!;
            assembly.Rules.Add(new AppliedRule(name, rule.Description, why));
            assembly.Progress.Step($"Applying rule {name} ({why})");
            rule.Apply(assembly, program, variants);
        }
    }

    /// <summary>Whether a rule takes part that recognises the program.</summary>
    public static bool Applies(string rule, IReadOnlyList<string> requested) => requested.Count == 0 || Parse(requested).ContainsKey(rule);

    private static SortedDictionary<string, HashSet<string>> Parse(IReadOnlyList<string> requested)
    {
        var named = new SortedDictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (string text in requested)
        {
            string[] words = text.Split(':', StringSplitOptions.RemoveEmptyEntries);
            if (text == None)
            {
                continue;
            }

            IImageRule rule = Find(words.Length > 0 ? words[0] : text, text);
            if (!named.TryGetValue(rule.Name, out HashSet<string>? variants))
            {
                named.Add(rule.Name, variants = []);
            }

            foreach (string variant in words.AsSpan(1))
            {
                variants.Add(KnownVariant(rule, variant));
            }
        }

        return named;
    }

    private static IImageRule Find(string name, string text)
    {
        var names = new List<string>();
        foreach (IImageRule rule in All)
        {
            if (rule.Name == name)
            {
                return rule;
            }

            names.Add(rule.Name);
        }

        throw new ImageException($"There is no rule {text}. The rules are: {string.Join(", ", names)}; {None} switches all of them off.");
    }

    private static string KnownVariant(IImageRule rule, string variant)
    {
        var lines = new List<string>();
        foreach ((string name, string description) in rule.Variants)
        {
            if (name == variant)
            {
                return variant;
            }

            lines.Add($"\n  {rule.Name}:{name}  {description}");
        }

        throw new ImageException($"The rule {rule.Name} has no variant {variant}. It has:{string.Concat(lines)}");
    }
}

using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Mote.Imaging.Elf;
using Mote.Imaging.Inputs;
using Mote.Imaging.Tree;

namespace Mote.Imaging.Rules;

/// <summary>
/// A rule for programs that read files at fixed places of the distribution: library folders of interpreters, tables, settings. Which ones is data
/// (<see cref="FolderRules"/>). Modules among them (shared objects) bring their libraries.
/// </summary>
internal sealed class FolderRule(string name, string description, Regex? program, IReadOnlyList<RulePart> parts) : IImageRule
{
    public string Name => name;

    public string Description => description;

    public IReadOnlyList<(string Name, string Description)> Variants { get; } =
        [.. parts.Where(part => part.Variant is not null).Select(part => (part.Variant!, part.VariantDescription))];

    /// <summary>Variables that a script would set before it starts the program.</summary>
    public IReadOnlyList<(string Name, string Value)> Environment { get; init; } = [];

    /// <summary>Links to a program of the host, where the host may have something else.</summary>
    public IReadOnlyList<(string Path, string Target)> Links { get; init; } = [];

    public string? Recognize(LoadedProgram found)
    {
        string file = GuestPath.Name(found.HostReal);
        return program is not null && program.IsMatch(file) ? $"{file} is a program of this kind" : null;
    }

    public void Apply(ImageAssembly assembly, LoadedProgram found, IReadOnlySet<string> variants)
    {
        foreach ((string variable, string value) in Environment)
        {
            assembly.Environment[variable] = value;
        }

        foreach (RulePart part in parts)
        {
            if (part.Variant is not null && !variants.Contains(part.Variant))
            {
                continue;
            }

            string why = $"rule {name}: {part.Why}";
            var modules = new List<(string HostReal, string GuestPath)>();
            foreach (string path in part.Paths.SelectMany(pattern => HostPattern.Expand(assembly.Host, pattern)))
            {
                Add(assembly, modules, path, "", why, part.LeftOut);
            }

            assembly.Notes.AddRange(found.Scope.LoadModules(modules).Values);
        }

        foreach ((string path, string target) in Links)
        {
            if (assembly.Host.IsFile(target))
            {
                assembly.Tree.AddLink(path, new LinkNode(target, $"rule {name}: starts the program at once"), replace: true);
            }
        }
    }

    private static void Add(ImageAssembly assembly, List<(string HostReal, string GuestPath)> modules, string path, string relative, string why, Regex? leftOut)
    {
        string? real = assembly.Host.Resolve(path);
        if (real is null)
        {
            return;
        }

        // The path with the links on its way, also a link to something elsewhere.
        string guest = assembly.AddHostPath(path, why)!;
        bool isLink = assembly.Host.Look(path).Kind == HostKind.Link;
        if (assembly.Host.Look(real).Kind == HostKind.Directory)
        {
            // A link inside the folder to a folder may lead back up.
            foreach (string entry in isLink && relative.Length > 0 ? [] : assembly.Host.List(real))
            {
                string below = relative + entry;
                if (leftOut is null || !leftOut.IsMatch(below))
                {
                    Add(assembly, modules, real + "/" + entry, below + "/", why, leftOut);
                }
            }
        }
        else if (IsSharedObject(GuestPath.Name(real)) || IsProgram(assembly, real))
        {
            modules.Add((real, guest));
        }
    }

    // What the program becomes by execve(2): CLISP's /usr/bin/clisp only starts lisp.run in its folder.
    private static bool IsProgram(ImageAssembly assembly, string real)
    {
        if (!assembly.Host.Look(real).IsExecutable)
        {
            return false;
        }

        using FileStream file = HostFiles.Open(real);
        return ElfReader.IsElf(file);
    }

    private static bool IsSharedObject(string file) => file.EndsWith(".so", System.StringComparison.Ordinal) || file.Contains(".so.", System.StringComparison.Ordinal);
}

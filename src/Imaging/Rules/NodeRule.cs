using System;
using System.Collections.Generic;
using System.IO;
using System.Text.RegularExpressions;
using Mote.Imaging.Tree;

namespace Mote.Imaging.Rules;

/// <summary>
/// Node.js: the modules that a distribution keeps outside of the program (Debian: /usr/share/nodejs), and what a script loads: the package that it is part of
/// (the nearest folder upwards with package.json) with its node_modules, or, for a script alone, the files that it names.
/// </summary>
internal sealed partial class NodeRule : IImageRule
{
    private const string BuiltInWhy = "rule node: a module of the runtime that this host keeps in a file";
    private const string PackageWhy = "rule node: the package of the script ";
    private const string ModulesWhy = "rule node: modules that the script can load";
    private const string BuiltIns = "/usr/share/nodejs";

    public string Name => "node";

    public string Description => "Adds the package of the script, its node_modules, and what the host's Node.js keeps outside of its program.";

    public IReadOnlyList<(string Name, string Description)> Variants { get; } = [];

    public string? Recognize(LoadedProgram program) =>
        GuestPath.Name(program.HostReal) is "node" or "nodejs" ? $"{GuestPath.Name(program.HostReal)} runs JavaScript" : null;

    public void Apply(ImageAssembly assembly, LoadedProgram program, IReadOnlySet<string> variants)
    {
        AddBuiltIns(assembly);
        var scripts = new List<string>(assembly.NamedFiles);
        if (program.Script is { } started)
        {
            scripts.Insert(0, started);
        }

        foreach (string script in scripts)
        {
            // Node looks upwards from where the script really lies, links followed.
            if (assembly.Host.ResolveFile(script) is { } real)
            {
                AddPackage(assembly, real);
            }
        }

        LoadAddons(assembly, program);
    }

    // Native modules (process.dlopen) with the libraries that they need and that lie beside them.
    private static void LoadAddons(ImageAssembly assembly, LoadedProgram program)
    {
        var modules = new List<(string HostReal, string GuestPath)>();
        foreach ((string path, ImageNode node) in assembly.Tree.Walk())
        {
            if (node is FileNode { HostPath: { } host } && node.Why.StartsWith("rule node:", StringComparison.Ordinal) && IsNative(GuestPath.Name(path)))
            {
                modules.Add((host, path));
            }
        }

        // A package often brings the same module for several systems; those for others are no files of this one.
        program.Scope.LoadModules(modules);
    }

    private static bool IsNative(string name) => name.EndsWith(".node", StringComparison.Ordinal) || name.EndsWith(".so", StringComparison.Ordinal) || name.Contains(".so.", StringComparison.Ordinal);

    // Debian's build names these files in libnode (configure --shared-builtin-...-path).
    private static void AddBuiltIns(ImageAssembly assembly)
    {
        foreach (string package in assembly.Host.IsDirectory(BuiltIns) ? (string[])["acorn", "acorn-walk", "cjs-module-lexer", "undici"] : [])
        {
            string folder = $"{BuiltIns}/{package}";
            if (assembly.Host.IsDirectory(folder))
            {
                assembly.AddHostFolder(folder, folder, BuiltInWhy);
            }
        }
    }

    private static void AddPackage(ImageAssembly assembly, string script)
    {
        string? package = null;
        for (string folder = GuestPath.Folder(script); ; folder = GuestPath.Folder(folder))
        {
            if (assembly.Host.IsFile(folder + "/package.json"))
            {
                package = folder;
                break;
            }

            if (folder == "/")
            {
                break;
            }
        }

        if (package is not null)
        {
            assembly.AddHostFolder(package, assembly.Layout.Map(package), PackageWhy + script, path => !IsUnwanted(path));
        }
        else
        {
            AddFilesNamedBy(assembly, script, new HashSet<string>(StringComparer.Ordinal) { script });
        }

        for (string folder = GuestPath.Folder(package ?? script); ; folder = GuestPath.Folder(folder))
        {
            string modules = folder == "/" ? "/node_modules" : folder + "/node_modules";
            if (assembly.Host.IsDirectory(modules))
            {
                assembly.AddHostFolder(modules, assembly.Layout.Map(modules), ModulesWhy, path => !IsUnwanted(path));
            }

            if (folder == "/")
            {
                return;
            }
        }
    }

    private static bool IsUnwanted(string relative) => GuestPath.Name(relative) is ".git" or ".cache";

    // Modules: CommonJS and ECMAScript: a relative name, complete or without its ending, or a folder's index.
    private static void AddFilesNamedBy(ImageAssembly assembly, string script, HashSet<string> seen)
    {
        foreach (Match match in RelativeName().Matches(File.ReadAllText(script)))
        {
            string path = GuestPath.Combine(GuestPath.Folder(script), match.Groups[1].Value);
            foreach (string ending in (string[])["", ".js", ".json", ".node", ".mjs", ".cjs", "/index.js"])
            {
                string file = path + ending;
                if (!assembly.Host.IsFile(file))
                {
                    continue;
                }

                if (seen.Add(file))
                {
                    assembly.AddHostPath(file, $"rule node: named by {script}");
                    if (Path.GetExtension(file) is ".js" or ".mjs" or ".cjs")
                    {
                        AddFilesNamedBy(assembly, file, seen);
                    }
                }

                break;
            }
        }
    }

    [GeneratedRegex("""(?:\brequire\s*\(|\bimport\s*\(|\bimport\b|\bfrom\b|\bnew\s+(?:Worker|URL)\s*\()\s*['"](\.{1,2}/[^'"\n]+)['"]""")]
    private static partial Regex RelativeName();
}

using System;
using System.Collections.Generic;
using System.IO;
using System.Text.RegularExpressions;
using Mote.Imaging.Tree;

namespace Mote.Imaging;

/// <summary>
/// The files beside a script that it names for its interpreter to read: require_relative, include, dofile, source and their kin all take
/// the path of a source file, mostly as a string. What is named so, relative to the script's folder, and is a source file of such a
/// language comes along, and what that names in turn. Names that are put together at run time are not seen.
/// </summary>
internal sealed partial class ScriptNeighbours
{
    private const long LongestScript = 1 << 20;

    private static readonly HashSet<string> s_sources = new(StringComparer.Ordinal)
    {
        ".rb", ".pl", ".pm", ".ph", ".php", ".inc", ".phtml", ".lua", ".tcl", ".tm", ".sh", ".bash", ".scm", ".awk", ".lisp",
        ".ml", ".R", ".r",
    };

    private readonly ImageAssembly _assembly;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    private ScriptNeighbours(ImageAssembly assembly) => _assembly = assembly;

    /// <summary>Adds what a script names.</summary>
    public static void Add(ImageAssembly assembly, string script)
    {
        if (assembly.Host.ResolveFile(script) is { } real)
        {
            var neighbours = new ScriptNeighbours(assembly);
            neighbours._seen.Add(real);
            neighbours.Read(real, [GuestPath.Folder(real)]);
        }
    }

    private void Read(string file, List<string> folders)
    {
        if (_assembly.Host.Look(file).Size > LongestScript)
        {
            return;
        }

        string text = File.ReadAllText(file);
        string ending = Path.GetExtension(file);
        string here = GuestPath.Folder(file);
        if (!folders.Contains(here))
        {
            folders = [here, .. folders];
        }

        // Folders that Perl is told to search: use lib 'lib'; use lib "$FindBin::Bin/lib".
        foreach (Match match in PerlFolder().Matches(text))
        {
            folders = [.. folders, GuestPath.Combine(here, "./" + match.Groups[1].Value)];
        }

        foreach (Match match in Literal().Matches(text))
        {
            string name = match.Groups[2].Success ? match.Groups[2].Value : match.Groups[3].Value;
            Try(folders, name, file);
            Try(folders, name + ending, file);
            Try(folders, name.Replace('.', '/') + ending, file);
        }

        foreach (Match match in PerlModule().Matches(ending is ".pl" or ".pm" || text.StartsWith("#!", StringComparison.Ordinal) ? text : ""))
        {
            Try(folders, match.Groups[1].Value.Replace("::", "/", StringComparison.Ordinal) + ".pm", file);
        }
    }

    private void Try(List<string> folders, string name, string by)
    {
        if (!s_sources.Contains(Path.GetExtension(name)))
        {
            return;
        }

        foreach (string folder in folders)
        {
            // __DIR__ . '/file': an absolute path only seemingly.
            if (_assembly.Host.ResolveFile(GuestPath.Combine(folder, "./" + name)) is { } real)
            {
                if (_seen.Add(real))
                {
                    _assembly.AddHostPath(GuestPath.Combine(folder, "./" + name), $"named by {by}");
                    Read(real, folders);
                }

                return;
            }
        }
    }

    [GeneratedRegex("""(['"])(?:\$\{?\w+\}?/|#\{[^}\n]*\}/)?([\w./+-]{1,200})\1|^\s*(?:\.|source)\s+(?:"?\$\{?\w+\}?"?/|"?\$\(dirname[^)]*\)"?/)?([\w./+-]{1,200})""", RegexOptions.Multiline)]
    private static partial Regex Literal();

    [GeneratedRegex("""^\s*use\s+lib\s+(?:qw)?\s*['"(](?:\$(?:FindBin::)?(?:Real)?Bin/)?([\w./-]+)""", RegexOptions.Multiline)]
    private static partial Regex PerlFolder();

    [GeneratedRegex(@"^\s*(?:use|require)\s+([A-Z]\w*(?:::\w+)*)", RegexOptions.Multiline)]
    private static partial Regex PerlModule();
}

using System.Collections.Generic;
using System.Linq;
using Mote.Imaging.Tree;

namespace Mote.Imaging.DotNet;

/// <summary>The files beside an assembly that Mono is told to run: assemblies and native libraries that it refers to, settings, and the
/// lines for stack traces.</summary>
internal static class AssemblyNeighbours
{
    private static readonly string[] s_companions = [".config", ".mdb"];

    /// <summary>Adds them, and what those refer to in turn. Nothing is added for what is no assembly.</summary>
    public static void Add(ImageAssembly assembly, string program)
    {
        if (!IsAssembly(program) || assembly.Host.ResolveFile(program) is not { } first)
        {
            return;
        }

        var modules = new List<string> { program };
        var seen = new HashSet<string>(System.StringComparer.Ordinal) { first };
        string folder = GuestPath.Folder(GuestPath.Combine(System.IO.Directory.GetCurrentDirectory(), program));
        for (int i = 0; i < modules.Count; i++)
        {
            string path = modules[i];
            string why = $"beside {path}, which refers to it";
            string stem = path[..path.LastIndexOf('.')];
            foreach (string companion in s_companions.Select(ending => path + ending).Append(stem + ".pdb").Where(assembly.Host.IsFile))
            {
                assembly.AddHostPath(companion, why);
            }

            if (AssemblyMetadata.Read(assembly.Host.ResolveFile(path)!) is not { } metadata)
            {
                continue;
            }

            IEnumerable<string> assemblies = metadata.Types.Select(type => type.Assembly).Concat(metadata.Forwards.Values).SelectMany(name => (string[])[name + ".dll", name + ".exe"]);
            IEnumerable<string> natives = metadata.NativeLibraries.SelectMany(name => (string[])[name, name + ".so", $"lib{name}.so"]).Where(name => !name.Contains('/'));
            foreach (string file in assemblies.Concat(natives).Select(name => $"{folder}/{name}").Where(assembly.Host.IsFile))
            {
                if (seen.Add(assembly.Host.ResolveFile(file)!))
                {
                    assembly.AddHostPath(file, why);
                    modules.AddRange(IsAssembly(file) ? [file] : []);
                }
            }
        }
    }

    private static bool IsAssembly(string path) => System.IO.Path.GetExtension(path) is ".exe" or ".dll";
}

using System;
using System.Collections.Generic;
using System.IO;
using System.Text.RegularExpressions;
using Mote.Imaging.Inputs;
using Mote.Imaging.Tree;

namespace Mote.Imaging.Rules;

/// <summary>
/// What a script imports, by the text of its import statements and of those of the modules beside it: modules that the rule leaves out otherwise, and installed packages with what those import in turn.
/// Names that a program makes up at run time are not seen.
/// </summary>
internal sealed partial class PythonImports
{
    // Enough for any script; a folder of data beside one may hold a forest.
    private const int MostFiles = 2000;

    private readonly HostFiles _host;
    private readonly HashSet<string> _modules = new(StringComparer.Ordinal);
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);

    private PythonImports(HostFiles host) => _host = host;

    /// <summary>The first parts of the names.</summary>
    public IReadOnlySet<string> Modules => _modules;

    /// <summary>Reads the scripts that a program is started with.</summary>
    public static PythonImports Of(ImageAssembly assembly, LoadedProgram program)
    {
        var imports = new PythonImports(assembly.Host);
        foreach (string script in program.Script is { } started ? [started, .. assembly.NamedFiles] : assembly.NamedFiles)
        {
            if (assembly.Host.ResolveFile(script) is { } real)
            {
                imports.Read(real, GuestPath.Folder(real));
            }
        }

        return imports;
    }

    /// <summary>The packages and modules in a folder of installed ones that are imported, and those that they import, by their names in it.</summary>
    public IReadOnlySet<string> In(string folder)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Queue<string>(_modules);
        while (pending.TryDequeue(out string? module))
        {
            if (names.Contains(module) || (!_host.IsDirectory($"{folder}/{module}") && !_host.IsFile($"{folder}/{module}.py")))
            {
                continue;
            }

            names.Add(module);
            var inner = new PythonImports(_host);
            inner.ReadAll(_host.IsDirectory($"{folder}/{module}") ? $"{folder}/{module}" : $"{folder}/{module}.py");
            foreach (string name in inner._modules)
            {
                _modules.Add(name);
                pending.Enqueue(name);
            }
        }

        return names;
    }

    private void ReadAll(string path)
    {
        if (_host.ResolveFile(path) is { } file)
        {
            if (path.EndsWith(".py", StringComparison.Ordinal))
            {
                Add(file, null);
            }
        }
        else if (_host.IsDirectory(path))
        {
            foreach (string name in _host.List(path))
            {
                if (name is not ("tests" or "test" or "__pycache__") && _files.Count < MostFiles)
                {
                    ReadAll(path + "/" + name);
                }
            }
        }
    }

    private void Read(string file, string folder) => Add(file, folder);

    // Modules beside the script count as part of it.
    private void Add(string file, string? folder)
    {
        if (!_files.Add(file) || _files.Count > MostFiles)
        {
            return;
        }

        foreach (Match match in Import().Matches(File.ReadAllText(file)))
        {
            foreach (string part in match.Groups[1].Success ? [match.Groups[1].Value] : match.Groups[2].Value.Split(','))
            {
                string module = part.Trim().Split(' ', '.')[0];
                _modules.Add(module);
                string beside = $"{folder}/{module}.py";
                if (folder is not null && _host.ResolveFile(beside) is { } real)
                {
                    Add(real, folder);
                }
            }
        }
    }

    [GeneratedRegex(@"^[ \t]*(?:from[ \t]+([A-Za-z_]\w*)[\w.]*[ \t]+import\b|import[ \t]+([A-Za-z_][\w., \t]*))", RegexOptions.Multiline)]
    private static partial Regex Import();
}

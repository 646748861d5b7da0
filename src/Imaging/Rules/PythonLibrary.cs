using System;
using System.Collections.Generic;
using System.Globalization;
using Mote.Imaging.Inputs;
using Mote.Imaging.Linking;
using Mote.Imaging.Tree;

namespace Mote.Imaging.Rules;

/// <summary>Copies a Python library into the image.</summary>
internal sealed class PythonLibrary(ImageAssembly assembly, LinkScope scope, PythonHome home, IReadOnlySet<string> variants, PythonImports imports)
{
    private const string Why = "rule python: standard library";
    private const string ModuleWhy = "rule python: extension module of the standard library";
    private const string PackagesWhy = "rule python: installed packages";

    private readonly HostFiles _host = assembly.Host;
    private readonly bool _full = variants.Contains("full");
    private readonly bool _tests = variants.Contains("test");
    private readonly List<(string HostReal, string GuestPath)> _packageModules = [];
    private readonly SortedSet<string> _leftOut = new(StringComparer.Ordinal);

    public void AddStandardLibrary() => AddFolder(home.Library, "", Why, _tests ? _ => true : PythonParts.IsModuleFile);

    /// <summary>Says what was left out; call it last.</summary>
    public void AddNotes()
    {
        if (_leftOut.Count > 0)
        {
            assembly.Notes.Add($"rule python left out of the standard library: {string.Join(", ", _leftOut)}. They come with --rule python:full, _ssl and _hashlib alone with --rule python:ssl.");
        }
    }

    /// <summary>The modules in lib-dynload, with the libraries that they need. One that lacks a library on the host is left out, since it could not be imported there either.</summary>
    public void AddExtensionModules()
    {
        string folder = home.Library + "/lib-dynload";
        var missing = new List<string>();
        var wanted = new List<(string HostReal, string GuestPath)>();
        foreach (string name in _host.IsDirectory(folder) ? _host.List(folder) : [])
        {
            int dot = name.IndexOf('.', StringComparison.Ordinal);
            if (!name.EndsWith(".so", StringComparison.Ordinal) || dot < 0 || !Wanted(name[..dot]))
            {
                continue;
            }

            string path = folder + "/" + name;
            if (_host.ResolveFile(path) is { } real)
            {
                wanted.Add((real, assembly.Layout.Map(path)));
            }
            else
            {
                missing.Add(name[..dot]);
            }
        }

        IReadOnlyDictionary<string, string> failed = scope.LoadModules(wanted);
        foreach ((_, string guest) in wanted)
        {
            string name = GuestPath.Name(guest);
            if (failed.ContainsKey(guest))
            {
                missing.Add(name[..name.IndexOf('.', StringComparison.Ordinal)]);
            }
            else
            {
                assembly.AddHostPath(folder + "/" + name, ModuleWhy);
            }
        }

        if (missing.Count > 0)
        {
            assembly.Notes.Add($"rule python left out extension modules whose libraries this host lacks: {string.Join(", ", missing)}.");
        }
    }

    /// <summary>Those of a virtual environment always, those of the interpreter when asked for.</summary>
    public void AddPackages()
    {
        string versioned = $"lib/python{home.Version}";
        if (home.VirtualEnvironment is { } environment)
        {
            assembly.AddHostPath(environment + "/pyvenv.cfg", PackagesWhy);
            AddPackageFolder($"{environment}/{versioned}/site-packages", always: true);
        }

        string prefix = GuestPath.Folder(GuestPath.Folder(home.Library));
        foreach (string folder in (string[])
            [$"{prefix}/{versioned}/site-packages", $"{prefix}/lib/python3/dist-packages", $"{prefix}/local/{versioned}/dist-packages", $"{prefix}/local/{versioned}/site-packages"])
        {
            AddPackageFolder(folder, variants.Contains("site"));
        }

        assembly.Notes.AddRange(scope.LoadModules(_packageModules).Values);
    }

    private void AddPackageFolder(string folder, bool always)
    {
        if (!_host.IsDirectory(folder))
        {
            return;
        }

        if (!always)
        {
            IReadOnlySet<string> imported = imports.In(folder);
            if (imported.Count > 0)
            {
                AddImported(folder, imported);
            }

            var names = new List<string>();
            foreach (string name in _host.List(folder))
            {
                if (!name.Contains('.') && !PythonParts.IsPackagingTool(name) && !imported.Contains(name) && name != "__pycache__" && name != "README")
                {
                    names.Add(name);
                }
            }

            if (names.Count > 0)
            {
                string shown = string.Join(", ", names.GetRange(0, Math.Min(names.Count, 12))) + (names.Count > 12 ? ", ..." : "");
                assembly.Notes.Add(string.Create(CultureInfo.InvariantCulture,
                    $"rule python left out the packages in {folder} ({names.Count}: {shown}). Add them with --rule python:site, or one with --add."));
            }

            return;
        }

        AddFolder(folder, "packages/", PackagesWhy, _ => true);
    }

    // A package by its own name, with its description, by which others look it up (importlib.metadata, pkg_resources).
    private void AddImported(string folder, IReadOnlySet<string> imported)
    {
        foreach (string name in _host.List(folder))
        {
            string path = $"{folder}/{name}";
            string bare = name.Split('-', '.')[0];
            bool isDescription = name.EndsWith("-info", StringComparison.Ordinal);
            bool isPackaging = isDescription && imported.Contains("pkg_resources") && bare == "setuptools";
            if (!imported.Contains(bare) && !isPackaging && !(isDescription && imported.Contains(bare.Replace('-', '_'))))
            {
                continue;
            }

            if (_host.IsDirectory(path))
            {
                AddFolder(path, "imported/" + name + "/", PackagesWhy, _ => true);
            }
            else if (name.EndsWith(".py", StringComparison.Ordinal))
            {
                AddModule(folder, name[..^3], new HashSet<string>(_host.IsDirectory(folder + "/__pycache__") ? _host.List(folder + "/__pycache__") : []), PackagesWhy);
            }
            else
            {
                AddFile(path, name);
            }
        }
    }

    private void AddFile(string path, string name)
    {
        assembly.AddHostPath(path, PackagesWhy);
        if (name.EndsWith(".so", StringComparison.Ordinal) && _host.ResolveFile(path) is { } real)
        {
            _packageModules.Add((real, assembly.Layout.Map(path)));
        }
    }

    private void AddFolder(string folder, string prefix, string why, Predicate<string> isWanted)
    {
        IReadOnlyList<string> names = _host.List(folder);
        var compiled = new HashSet<string>(names is not [] && _host.IsDirectory(folder + "/__pycache__") ? _host.List(folder + "/__pycache__") : []);
        assembly.Tree.AddDirectory(assembly.Layout.Map(folder), why);
        foreach (string name in names)
        {
            string relative = prefix + name;
            string path = folder + "/" + name;
            if (name is "__pycache__" or "lib-dynload" or "site-packages" or "dist-packages" || !WantedPath(relative))
            {
                continue;
            }

            if (_host.Look(path).Kind == HostKind.Directory)
            {
                AddFolder(path, relative + "/", why, isWanted);
            }
            else if (name.EndsWith(".py", StringComparison.Ordinal))
            {
                AddModule(folder, name[..^3], compiled, why);
            }
            else if (isWanted(name))
            {
                assembly.AddHostPath(path, why);
                if (name.EndsWith(".so", StringComparison.Ordinal) && _host.ResolveFile(path) is { } real)
                {
                    _packageModules.Add((real, assembly.Layout.Map(path)));
                }
            }
        }
    }

    // PEP 3147: a .pyc beside where the source would be is imported without it; one in __pycache__ needs its source.
    private void AddModule(string folder, string module, HashSet<string> compiled, string why)
    {
        string source = $"{folder}/{module}.py";
        string cached = $"{module}.{home.CacheTag}.pyc";
        bool isCompiled = compiled.Contains(cached) && _host.IsFile($"{folder}/__pycache__/{cached}") && _host.Look(source).Kind == HostKind.File;
        if (!isCompiled || variants.Contains("source"))
        {
            assembly.AddHostPath(source, why);
        }

        if (isCompiled)
        {
            string guest = assembly.Layout.Map(folder);
            string place = variants.Contains("source") ? $"{guest}/__pycache__/{cached}" : $"{guest}/{module}.pyc";
            assembly.AddHostFileAt($"{folder}/__pycache__/{cached}", place, why);
        }
    }

    private bool WantedPath(string relative)
    {
        int slash = relative.IndexOf('/', StringComparison.Ordinal);
        if (relative.StartsWith("imported/", StringComparison.Ordinal))
        {
            return !PythonParts.IsTestFolder(GuestPath.Name(relative));
        }

        if (relative.StartsWith("packages/", StringComparison.Ordinal))
        {
            return !PythonParts.IsPackagingTool(relative["packages/".Length..]);
        }

        if (!_tests && PythonParts.IsTestFolder(GuestPath.Name(relative)))
        {
            return false;
        }

        string top = slash < 0 ? relative : relative[..slash];
        return Wanted(top.EndsWith(".py", StringComparison.Ordinal) ? top[..^3] : top);
    }

    private bool Wanted(string module)
    {
        if (PythonParts.IsTest(module))
        {
            return _tests;
        }

        if (PythonParts.IsNeverWanted(module))
        {
            return false;
        }

        if (imports.Modules.Contains(PythonParts.FamilyOf(module)))
        {
            return true;
        }

        if (!_full && (PythonParts.IsRarelyWanted(module) || (PythonParts.IsOpenSsl(module) && !variants.Contains("ssl"))))
        {
            _leftOut.Add(module);
            return false;
        }

        return true;
    }
}

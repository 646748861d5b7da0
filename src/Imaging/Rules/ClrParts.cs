using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using Mote.Imaging.DotNet;
using Mote.Imaging.Inputs;
using Mote.Imaging.Tree;

namespace Mote.Imaging.Rules;

/// <summary>
/// Puts a program for CoreCLR into the image: its folder, and of the frameworks beneath it the assemblies that it can reach and the native libraries that those call.
/// The image lies in the machine's memory, and most programs reach a fifth of the framework.
/// </summary>
internal sealed class ClrParts(ImageAssembly assembly, LoadedProgram program, ClrApplication application, bool isComplete)
{
    private const string FrameworkWhy = "rule dotnet: the runtime";
    private const string AppWhy = "published with the program";

    // The host that starts a program, the runtime, the compiler. Left out: what debuggers, crash dumps and LTTng load.
    private static readonly HashSet<string> s_runtime = new(StringComparer.Ordinal)
    {
        "libhostfxr.so", "libhostpolicy.so", "libcoreclr.so", "libclrjit.so", "libSystem.Native.so",
    };

    // What the runtime itself asks for, without a reference in metadata: its core, and the reader of source lines for stack traces.
    private static readonly (string Name, string Why)[] s_basics =
        [("System.Private.CoreLib", "the runtime itself"), ("System.Runtime", "the runtime itself"), ("System.Diagnostics.StackTrace", "source lines in stack traces")];

    private readonly HostFiles _host = assembly.Host;
    private readonly DotNetHostParts _hostParts = new(assembly, program.Scope);
    private readonly Dictionary<string, string> _framework = new(StringComparer.Ordinal);
    private readonly HashSet<string> _leftOut = new(StringComparer.Ordinal);
    private long _leftOutBytes;
    private bool _usesTimeZones;

    /// <summary>The frameworks that the program runs on: name and version. Known after <see cref="Add"/>.</summary>
    public List<(string Name, string Version)> Frameworks { get; } = [];

    public DotNetNeeds Add()
    {
        RuntimeConfig config = RuntimeConfig.Read(_host.ResolveFile(application.ConfigFile)!);
        List<(string Folder, DependencyFile? Files, string FilesPath)> frameworks = config.IsSelfContained ? [OwnFramework()] : SharedFrameworks(config);
        foreach ((string folder, DependencyFile? files, _) in frameworks)
        {
            foreach (string name in files?.FrameworkFiles() ?? [])
            {
                _framework.TryAdd(name, $"{folder}/{name}");
            }
        }

        foreach ((string name, Version version) in config.Included)
        {
            Frameworks.Add((name, version.ToString()));
        }

        AssemblyClosure closure = Close();
        foreach ((string folder, DependencyFile? files, string filesPath) in frameworks)
        {
            AddFramework(closure, config, folder, files, filesPath);
        }

        assembly.AddHostFolder(application.Folder, assembly.Layout.Map(application.Folder), AppWhy, relative => !_leftOut.Contains(relative) && IsRuntimeFile(relative));
        LinkModules();
        AddNote();
        return new DotNetNeeds(!config.IsOn("System.Globalization.Invariant"), closure.NativeLibraries.Contains("libSystem.Security.Cryptography.Native.OpenSsl"), _usesTimeZones, closure.Reached.ContainsKey("System.Console"));
    }

    private (string Folder, DependencyFile? Files, string FilesPath) OwnFramework() =>
        (application.Folder, _host.ResolveFile(application.DependencyFile) is { } real ? DependencyFile.OfProgram(real) : null, application.DependencyFile);

    private List<(string Folder, DependencyFile? Files, string FilesPath)> SharedFrameworks(RuntimeConfig config)
    {
        DotNetInstallation installation = DotNetInstallation.Find(_host, application.Assembly);
        assembly.AddHostPath(installation.HostFxr(_host) + "/libhostfxr.so", FrameworkWhy);
        if (installation.RegistrationFile is { } registration)
        {
            assembly.AddHostPath(registration, FrameworkWhy);
        }

        if (!installation.IsDefault)
        {
            assembly.Environment["DOTNET_ROOT"] = assembly.Layout.Map(installation.Root);
        }

        var found = new List<(string Folder, DependencyFile? Files, string FilesPath)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Queue<(string Name, Version Version)>(config.Frameworks);
        while (pending.TryDequeue(out (string Name, Version Version) framework))
        {
            if (!names.Add(framework.Name))
            {
                continue;
            }

            string folder = installation.Framework(_host, framework.Name, framework.Version, config.RollForward);
            string path = $"{folder}/{framework.Name}.deps.json";
            Frameworks.Add((framework.Name, GuestPath.Name(folder)));
            found.Add((folder, _host.ResolveFile(path) is { } real ? DependencyFile.OfFramework(real) : null, path));

            // A framework above another names the one below it.
            string below = $"{folder}/{framework.Name}.runtimeconfig.json";
            if (_host.ResolveFile(below) is { } belowReal)
            {
                assembly.AddHostPath(below, FrameworkWhy);
                foreach ((string Name, Version Version) lower in RuntimeConfig.Read(belowReal).Frameworks)
                {
                    pending.Enqueue(lower);
                }
            }
        }

        return found;
    }

    // The roots are all assemblies that are not the framework's.
    private AssemblyClosure Close()
    {
        var closure = new AssemblyClosure(name => _framework.GetValueOrDefault(name + ".dll"));
        foreach ((string name, string why) in s_basics)
        {
            closure.Add(name, why);
        }

        foreach (string path in FilesBelow(application.Folder))
        {
            if (!path.EndsWith(".dll", StringComparison.Ordinal) || _framework.GetValueOrDefault(GuestPath.Name(path)) == path)
            {
                continue;
            }

            string name = GuestPath.Name(path)[..^4];
            if (closure.AddRoot(name, path) is { } metadata)
            {
                _usesTimeZones |= metadata.Types.Contains(("System.Runtime", "System.TimeZoneInfo")) || metadata.Types.Contains(("netstandard", "System.TimeZoneInfo"));
                foreach (string library in metadata.NativeLibraries)
                {
                    _hostParts.TryAddNative(library, GuestPath.Name(path));
                }
            }
        }

        return closure;
    }

    private void AddFramework(AssemblyClosure closure, RuntimeConfig config, string folder, DependencyFile? files, string filesPath)
    {
        foreach (string name in files?.FrameworkFiles() ?? [])
        {
            string path = $"{folder}/{name}";
            if (!_host.IsFile(path))
            {
                continue;
            }

            if (Reason(closure, config, name) is { } why)
            {
                assembly.AddHostPath(path, why);
            }
            else
            {
                _leftOut.Add(name);
                _leftOutBytes += _host.Look(_host.ResolveFile(path)!).Size;
            }
        }

        if (files is not null)
        {
            assembly.AddText(assembly.Layout.Map(filesPath), files.Without(_leftOut), "rule dotnet: the runtime's list of files, without those left out");
        }
    }

    private string? Reason(AssemblyClosure closure, RuntimeConfig config, string file)
    {
        string name = Path.GetFileNameWithoutExtension(file);
        if (file.EndsWith(".dll", StringComparison.Ordinal))
        {
            return closure.Reached.TryGetValue(name, out string? why) ? "rule dotnet: framework, " + why : isComplete ? "rule dotnet: framework, asked for with dotnet:full" : null;
        }

        if (s_runtime.Contains(file) || IsNamed(config, file))
        {
            return FrameworkWhy;
        }

        return closure.NativeLibraries.Contains(name) || closure.NativeLibraries.Contains(file) ? "rule dotnet: the native side of the class library" : isComplete ? FrameworkWhy : null;
    }

    // System.GC.Name and the like: a collector of its own.
    private static bool IsNamed(RuntimeConfig config, string file)
    {
        foreach (string value in config.Settings.Values)
        {
            if (value.Contains(file, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private void LinkModules()
    {
        var modules = new List<(string HostReal, string GuestPath)>();
        foreach ((string path, ImageNode node) in assembly.Tree.Walk())
        {
            if (node is FileNode { HostPath: { } host } && path.EndsWith(".so", StringComparison.Ordinal) && (node.Why == AppWhy || node.Why.StartsWith("rule dotnet:", StringComparison.Ordinal)))
            {
                modules.Add((host, assembly.Layout.Map(host)));
            }
        }

        assembly.Notes.AddRange(program.Scope.LoadModules(modules).Values);
    }

    private void AddNote()
    {
        if (_leftOut.Count > 0)
        {
            assembly.Notes.Add(string.Create(CultureInfo.InvariantCulture,
                $"rule dotnet left out {_leftOut.Count} files of the framework ({_leftOutBytes / 1e6:F1} MB) that the program neither refers to nor names in a string. A program that makes up an assembly's name at run time needs --rule dotnet:full."));
        }
    }

    private IEnumerable<string> FilesBelow(string folder)
    {
        foreach (string name in _host.List(folder))
        {
            string path = $"{folder}/{name}";
            switch (_host.Look(path).Kind)
            {
                case HostKind.File:
                    yield return path;
                    break;
                case HostKind.Directory:
                    foreach (string below in FilesBelow(path))
                    {
                        yield return below;
                    }

                    break;
                default:
                    break;
            }
        }
    }

    // Symbols of native code, and documentation beside an assembly. A .pdb stays: stack traces name source lines by it.
    private bool IsRuntimeFile(string relative) => Path.GetExtension(relative) switch
    {
        ".dbg" => false,
        ".xml" => !_host.IsFile($"{application.Folder}/{Path.ChangeExtension(relative, ".dll")}"),
        _ => true,
    };
}

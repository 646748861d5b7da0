using System.Collections.Generic;
using System.IO;
using System.Linq;
using Mote.Imaging.DotNet;
using Mote.Imaging.Elf;
using Mote.Imaging.Inputs;
using Mote.Imaging.Linking;
using Mote.Imaging.Rules;
using Mote.Imaging.Tree;

namespace Mote.Imaging;

/// <summary>Puts an image together from a request: the base, the program with its libraries, what rules know, what the user added.</summary>
internal sealed class ImageAssembler
{
    private const string ProjectGuestFolder = "/app";

    private readonly ImageAssembly _assembly;
    private readonly ImageRequest _request;
    private readonly Linker _linker;
    private readonly ExecutableLoader _loader;

    public ImageAssembler(ImageAssembly assembly, ImageRequest request)
    {
        _assembly = assembly;
        _request = request;
        assembly.AddRoots();
        BaseFiles.Add(assembly);
        if (request.Environment.TryGetValue("PATH", out string? path))
        {
            assembly.Environment["PATH"] = path;
        }

        _linker = new Linker(assembly, request.Environment.GetValueOrDefault("LD_LIBRARY_PATH"));
        _loader = new ExecutableLoader(assembly, _linker, request.Environment.GetValueOrDefault("LD_PRELOAD"));
    }

    public LoadedProgram AddExecutable(string path)
    {
        _assembly.Progress.Step($"Collecting what {Path.GetFileName(path)} needs");
        return _loader.Load(Launchers.Behind(_assembly.Host, path, _request.Rules), null, "program");
    }

    /// <summary>Publishes a .NET project and adds what was published below /app, without the files for debuggers.</summary>
    public LoadedProgram AddProject(string project, ImageCache cache)
    {
        (string folder, string name) = new ProjectPublisher(cache, _assembly.Progress, _request.Configuration, _request.Framework).Publish(project, _assembly.Host.Inputs);
        if (LaunchProfiles.Ignored(project) is { } ignored)
        {
            _assembly.Notes.Add(ignored);
        }

        _assembly.Progress.Step($"Collecting what {name} needs");
        _assembly.Layout.MapFolder(folder, ProjectGuestFolder);
        _assembly.WorkingDirectory = ProjectGuestFolder;
        LoadedProgram program = _loader.Load(Path.Combine(folder, name), null, "program");

        // The rule chooses among the files of a program that brings its runtime along.
        if (ClrApplication.Find(_assembly.Host, program) is null || !RuleBook.Applies(DotNetRule.RuleName, _request.Rules))
        {
            _assembly.AddHostFolder(folder, ProjectGuestFolder, "published with the program", IsRuntimeFile);
        }

        return program;
    }

    /// <summary>An assembly that the host's command dotnet starts.</summary>
    public LoadedProgram AddAssembly(string path)
    {
        _assembly.Progress.Step($"Collecting what {Path.GetFileName(path)} needs");
        string real = ClrApplication.CheckStartable(_assembly.Host, path);
        DotNetInstallation installation = DotNetInstallation.Find(_assembly.Host, path);
        LoadedProgram dotnet = _loader.Load(installation.Root + "/dotnet", null, $"command that starts {path}");
        return dotnet with { Arguments = [.. dotnet.Arguments, _assembly.AddHostPath(path, "program")!], ManagedAssembly = real };
    }

    /// <summary>Everything beside the program itself.</summary>
    public void Complete(LoadedProgram program)
    {
        AddNamedFiles();
        foreach (string script in program.Script is { } started ? [started, .. _assembly.NamedFiles] : _assembly.NamedFiles)
        {
            ScriptNeighbours.Add(_assembly, script);
            AssemblyNeighbours.Add(_assembly, script);
        }

        RuleBook.Apply(_assembly, program, _request.Rules);
        AddFiles(program);
        if (_request.WorkingDirectory is { } folder)
        {
            _assembly.Tree.AddDirectory(folder, "--workdir");
        }

        _linker.Finish();
    }

    private static bool IsRuntimeFile(string relative) => Path.GetExtension(relative) is not (".dbg" or ".pdb" or ".xml");

    private void AddNamedFiles()
    {
        const string why = "named by an argument of the program";
        foreach (string path in _assembly.NamedFiles)
        {
            string guest = _assembly.AddHostPath(path, why)!;
            if (_assembly.Host.IsDirectory(path))
            {
                _assembly.AddHostFolder(path, _assembly.Layout.Map(_assembly.Host.Resolve(path)!), why);
            }

            if (guest != path && _request.Arguments.Contains(path))
            {
                _assembly.Progress.Warning($"The argument {path} names a file that lies at {guest} in the machine, which has a {GuestPath.Folder(path)} of its own. Name it relative to the working directory, or move it.");
            }
        }
    }

    private void AddFiles(LoadedProgram program)
    {
        var modules = new List<(string HostReal, string GuestPath)>();
        foreach ((string host, string guest) in _request.AddedFiles)
        {
            string why = ImageAssembly.WhyAdded(host, guest);
            if (!_assembly.Host.IsDirectory(host))
            {
                AddFile(host, guest, why, modules);
                continue;
            }

            // A root is there already (ImageAssembly.AddRoots).
            if (guest != "/")
            {
                AddFolder(host, guest, why);
            }

            var files = new List<(string Path, FileNode File)>();
            foreach ((string path, ImageNode node) in _assembly.Tree.Walk())
            {
                if (node is FileNode { HostPath: not null } file && file.Why == why)
                {
                    files.Add((path, file));
                }
            }

            foreach ((string path, FileNode file) in files)
            {
                LinkAdded(file.HostPath!, path, modules);
            }
        }

        // Who opens an added shared object nobody can tell; that it is the program, or something that runs in it, is likely.
        foreach (string complaint in program.Scope.LoadModules(modules).Values)
        {
            _assembly.Progress.Warning(complaint);
        }
    }

    // Symbols of a program beside it are many times its size, and no program reads them. Whoever wants them names the file.
    private void AddFolder(string host, string guest, string why)
    {
        var leftOut = new List<string>();
        _assembly.AddHostFolder(host, guest, why, relative =>
        {
            bool isSymbols = DebugSymbols.IsOfProgram(_assembly.Host, $"{host}/{relative}");
            if (isSymbols)
            {
                leftOut.Add(relative);
            }

            return !isSymbols;
        }, replace: true);
        if (leftOut.Count > 0)
        {
            _assembly.Notes.Add($"{why}: left out {string.Join(", ", leftOut)}, the symbols of a program for debuggers.");
        }
    }

    private void AddFile(string host, string guest, string why, List<(string HostReal, string GuestPath)> modules)
    {
        string real = _assembly.Host.ResolveFile(host)
            ?? throw new ImageException($"--add {host}: it is {FileType.Describe(_assembly.Host.Resolve(host) ?? host)}, and only files and folders can be in an image.");
        HostEntry entry = _assembly.Host.Look(real);
        _assembly.Tree.AddFile(guest, new FileNode(real, entry.Size, entry.Mode, entry.ModifiedUtc, why), replace: true);
        LinkAdded(real, guest, modules);
    }

    // An added program or library is of no use without its libraries; one that lacks some may still be of use, so that is a warning.
    private void LinkAdded(string hostReal, string guest, List<(string HostReal, string GuestPath)> modules)
    {
        using FileStream file = HostFiles.Open(hostReal);
        if (!ElfReader.IsElf(file) || DebugSymbols.HasTheirName(hostReal))
        {
            return;
        }

        try
        {
            ElfFile elf = ElfReader.Read(file, hostReal, RuntimeLibraries.Triggers);
            if (elf.Interpreter is not null)
            {
                _linker.Link(hostReal, guest, elf);
            }
            else if (elf.Kind == ElfKind.SharedObject && elf.Needed.Count > 0)
            {
                modules.Add((hostReal, guest));
            }
        }
        catch (ImageException e)
        {
            _assembly.Progress.Warning(e.Message);
        }
    }
}

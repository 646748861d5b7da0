using System;
using System.Collections.Generic;
using System.IO;
using Mote.Imaging.Inputs;
using Mote.Imaging.Tree;

namespace Mote.Imaging.Rules;

/// <summary>
/// The files beside a .NET program that was compiled ahead of time or bundled. Nothing lists them: publishing puts native libraries that packages bring (e_sqlite3.so), settings and web
/// content beside the executable. A folder that publishing made is taken whole; of another, which may be anyone's, only what can belong to such a program.
/// </summary>
internal sealed class NativeProgramFolder(ImageAssembly assembly, LoadedProgram program)
{
    private const string Why = "beside the program, as publishing puts it";

    // Folders that many programs share.
    private static readonly string[] s_shared = ["/bin", "/sbin", "/usr", "/lib", "/opt"];

    private readonly HostFiles _host = assembly.Host;
    private readonly string _folder = GuestPath.Folder(program.HostReal);

    public void Add()
    {
        if (_folder == "/" || Array.Exists(s_shared, shared => _folder == shared || (shared != "/opt" && GuestPath.IsBelow(_folder, shared))))
        {
            return;
        }

        string guest = assembly.Layout.Map(_folder);
        if (IsPublished())
        {
            assembly.AddHostFolder(_folder, guest, Why, relative => Path.GetExtension(relative) != ".dbg");
        }
        else
        {
            AddKnown(guest);
        }

        LinkLibraries(guest);
    }

    private bool IsPublished()
    {
        string name = GuestPath.Name(program.HostReal);
        return GuestPath.Name(_folder) == "publish" || _host.IsFile($"{_folder}/{name}.dbg") || _host.IsFile($"{_folder}/{name}.pdb")
            || _host.IsFile($"{_folder}/{name}.staticwebassets.endpoints.json");
    }

    private void AddKnown(string guest)
    {
        foreach (string name in _host.List(_folder))
        {
            string path = $"{_folder}/{name}";
            if (name == "wwwroot" && _host.IsDirectory(path))
            {
                assembly.AddHostFolder(path, $"{guest}/{name}", Why);
            }
            else if (_host.IsFile(path) && (IsLibrary(name) || IsSettings(name)))
            {
                assembly.AddHostPath(path, Why);
            }
        }
    }

    private void LinkLibraries(string guest)
    {
        var libraries = new List<(string HostReal, string GuestPath)>();
        foreach ((string path, ImageNode node) in assembly.Tree.Walk())
        {
            if (node is FileNode { HostPath: { } host } && IsLibrary(GuestPath.Name(path)) && GuestPath.IsBelow(path, guest) && GuestPath.IsBelow(host, _folder))
            {
                libraries.Add((host, path));
            }
        }

        assembly.Notes.AddRange(program.Scope.LoadModules(libraries).Values);
    }

    private static bool IsLibrary(string name) => name.EndsWith(".so", StringComparison.Ordinal) || name.Contains(".so.", StringComparison.Ordinal);

    private static bool IsSettings(string name) => name.StartsWith("appsettings.", StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal);
}

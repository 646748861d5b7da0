using System;
using System.Text.RegularExpressions;
using Mote.Imaging.Inputs;
using Mote.Imaging.Linking;
using Mote.Imaging.Tree;

namespace Mote.Imaging.Rules;

/// <summary>Where an interpreter's library lies on the host.</summary>
/// <param name="Version">Such as 3.11.</param>
/// <param name="Library">The folder lib/pythonX.Y, a host path.</param>
/// <param name="VirtualEnvironment">The folder with pyvenv.cfg when the program is that of a virtual environment, or null.</param>
internal sealed partial record PythonHome(string Version, string Library, string? VirtualEnvironment)
{
    /// <summary>Such as 311 in json.cpython-311.pyc.</summary>
    public string CacheTag => "cpython-" + Version.Replace(".", "", StringComparison.Ordinal);

    public static PythonHome Find(HostFiles host, LoadedProgram program)
    {
        string? version = FindVersion(program);
        string start = GuestPath.Folder(program.HostReal);
        for (string at = start; ; at = GuestPath.Folder(at))
        {
            foreach (string lib in (string[])["lib", "lib64"])
            {
                string parent = GuestPath.Combine(at, lib);
                foreach (string name in version is not null ? ["python" + version] : host.IsDirectory(parent) ? host.List(parent) : [])
                {
                    string library = parent + "/" + name;
                    if (VersionedName().Match(name) is { Success: true } match && (host.IsFile(library + "/os.py") || host.IsFile(library + "/os.pyc")))
                    {
                        return new PythonHome(match.Groups[1].Value, library, FindEnvironment(host, program.HostPath));
                    }
                }
            }

            if (at == "/")
            {
                throw new ImageException(
                    $"The standard library of {program.HostReal} was not found: no lib/python{version ?? "3.x"}/os.py in {start} or a folder above it. " +
                    "Install it (Debian: libpython3-stdlib), or build with --rule none and add the library with --add.");
            }
        }
    }

    private static string? FindVersion(LoadedProgram program)
    {
        if (VersionedName().Match(GuestPath.Name(program.HostReal)) is { Success: true } match)
        {
            return match.Groups[1].Value;
        }

        foreach (LoadedObject loaded in program.Scope.Objects)
        {
            if (LibraryName().Match(loaded.Elf.Soname ?? "") is { Success: true } library)
            {
                return library.Groups[1].Value;
            }
        }

        return null;
    }

    // PEP 405: pyvenv.cfg beside the executable or one folder above, the executable's links not followed.
    private static string? FindEnvironment(HostFiles host, string program)
    {
        string folder = GuestPath.Folder(program);
        foreach (string candidate in (string[])[folder, GuestPath.Folder(folder)])
        {
            if (host.IsFile(candidate + "/pyvenv.cfg"))
            {
                return candidate;
            }
        }

        return null;
    }

    [GeneratedRegex(@"^python(3\.\d+)[a-z]*$")]
    private static partial Regex VersionedName();

    [GeneratedRegex(@"^libpython(3\.\d+)")]
    private static partial Regex LibraryName();
}

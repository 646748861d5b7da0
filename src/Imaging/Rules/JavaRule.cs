using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Text;
using Mote.Imaging.Inputs;
using Mote.Imaging.Linking;
using Mote.Imaging.Tree;

namespace Mote.Imaging.Rules;

/// <summary>
/// Java: the runtime's home, found from the launcher as the launcher does it (it lies two folders above, and has lib/server/libjvm.so), with its classes, the archive
/// of loaded classes (CDS), its settings and its libraries; and the libraries that the manifests of added JAR files name.
/// </summary>
internal sealed class JavaRule : IImageRule
{
    private const string Why = "rule java: the runtime";
    private const string ConfigurationWhy = "rule java: settings of the runtime";
    private const string LibraryWhy = "rule java: a native library of the runtime, opened by name";
    private const string ClassPathWhy = "rule java: named by Class-Path in the manifest of ";

    // What the virtual machine opens by name in lib; the native libraries come by LoadLibraries.
    private static readonly string[] s_files = ["release", "lib/modules", "lib/jvm.cfg", "lib/tzdb.dat", "lib/server/classes.jsa"];

    private static readonly string[] s_folders = ["conf", "lib/security", "lib/jfr"];

    // AWT, sound and printing; attaching and debugging.
    private static readonly string[] s_desktop =
    [
        "libatk-wrapper", "libawt", "libawt_headless", "libawt_xawt", "libfontmanager", "libfreetype", "libharfbuzz", "libjavajpeg", "libjawt", "libjsound", "liblcms",
        "libmlib_image", "libsplashscreen",
    ];

    private static readonly string[] s_tools = ["libattach", "libdt_socket", "libjdwp", "libsaproc"];

    public string Name => "java";

    public string Description => "Adds the Java runtime: its classes, settings and libraries, without those for windows, sound and debuggers.";

    public IReadOnlyList<(string Name, string Description)> Variants { get; } =
    [
        ("desktop", "the libraries of AWT, fonts, images and sound"),
        ("debug", "the libraries for debuggers and for attaching"),
    ];

    public string? Recognize(LoadedProgram program) =>
        FindHome(program) is not null && program.Scope.IsLoaded("libjli.so") ? $"{GuestPath.Name(program.HostReal)} starts a Java virtual machine" : null;

    public void Apply(ImageAssembly assembly, LoadedProgram program, IReadOnlySet<string> variants)
    {
        string home = FindHome(program) ?? throw new ImageException($"--rule java: {program.HostReal} lies in no Java runtime (no bin folder).");
        if (!assembly.Host.IsFile(home + "/lib/server/libjvm.so"))
        {
            throw new ImageException($"--rule java: there is no {home}/lib/server/libjvm.so. Install a Java runtime (Debian: default-jre-headless).");
        }

        foreach (string name in s_files)
        {
            assembly.AddHostPath($"{home}/{name}", Why);
        }

        foreach (string name in s_folders)
        {
            AddFolder(assembly, $"{home}/{name}", ConfigurationWhy);
        }

        AddLibraries(assembly, program.Scope, home, variants);
        AddClassPaths(assembly);
    }

    private static string? FindHome(LoadedProgram program)
    {
        string folder = GuestPath.Folder(program.HostReal);
        return GuestPath.Name(folder) == "bin" ? GuestPath.Folder(folder) : null;
    }

    // Debian keeps the settings in /etc, behind links.
    private static void AddFolder(ImageAssembly assembly, string folder, string why)
    {
        foreach (string name in assembly.Host.IsDirectory(folder) ? assembly.Host.List(folder) : [])
        {
            string path = $"{folder}/{name}";
            if (assembly.Host.IsDirectory(path))
            {
                AddFolder(assembly, path, why);
            }
            else if (assembly.Host.IsFile(path))
            {
                assembly.AddHostPath(path, why);
            }
        }
    }

    private static void AddLibraries(ImageAssembly assembly, LinkScope scope, string home, IReadOnlySet<string> variants)
    {
        var leftOut = new List<string>();
        var wanted = new List<(string HostReal, string GuestPath)>();
        var paths = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string folder in (string[])[home + "/lib/server", home + "/lib"])
        {
            foreach (string name in assembly.Host.List(folder))
            {
                string path = $"{folder}/{name}";
                if (!name.EndsWith(".so", StringComparison.Ordinal) || assembly.Host.ResolveFile(path) is not { } real)
                {
                    continue;
                }

                string stem = name[..^3];
                if ((Array.IndexOf(s_desktop, stem) >= 0 && !variants.Contains("desktop")) || (Array.IndexOf(s_tools, stem) >= 0 && !variants.Contains("debug")))
                {
                    leftOut.Add(stem);
                    continue;
                }

                string guest = assembly.Layout.Map(path);
                wanted.Add((real, guest));
                paths[guest] = path;
            }
        }

        IReadOnlyDictionary<string, string> failed = scope.LoadModules(wanted);
        foreach ((string guest, string path) in paths)
        {
            if (failed.ContainsKey(guest))
            {
                leftOut.Add(GuestPath.Name(path)[..^3]);
            }
            else
            {
                assembly.AddHostPath(path, LibraryWhy);
            }
        }

        if (leftOut.Count > 0)
        {
            assembly.Notes.Add($"rule java left out libraries of the runtime: {string.Join(", ", leftOut)}. Those for windows and sound come with --rule java:desktop, for debuggers with --rule java:debug.");
        }
    }

    // JAR File Specification: Class-Path names further files, relative to the JAR file.
    private static void AddClassPaths(ImageAssembly assembly)
    {
        var pending = new Queue<string>(assembly.NamedFiles);
        var seen = new HashSet<string>(assembly.NamedFiles, StringComparer.Ordinal);
        while (pending.TryDequeue(out string? jar))
        {
            foreach (string entry in assembly.Host.IsFile(jar) ? ReadClassPath(jar) : [])
            {
                string path = GuestPath.Combine(GuestPath.Folder(jar), Uri.UnescapeDataString(entry));
                if (!seen.Add(path) || entry.Contains(':'))
                {
                    continue;
                }

                if (assembly.Host.IsFile(path))
                {
                    assembly.AddHostPath(path, ClassPathWhy + jar);
                    pending.Enqueue(path);
                }
                else if (assembly.Host.IsDirectory(path))
                {
                    assembly.AddHostFolder(path, assembly.Layout.Map(path), ClassPathWhy + jar);
                }
            }
        }
    }

    private static string[] ReadClassPath(string jar)
    {
        try
        {
            using FileStream file = HostFiles.Open(jar);
            using var archive = new ZipArchive(file, ZipArchiveMode.Read);
            if (archive.GetEntry("META-INF/MANIFEST.MF") is not { } entry)
            {
                return [];
            }

            using var reader = new StreamReader(entry.Open(), Encoding.UTF8);

            // A line that begins with a space continues the one before.
            string manifest = reader.ReadToEnd().Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n ", "", StringComparison.Ordinal);
            foreach (string line in manifest.Split('\n'))
            {
                const string key = "Class-Path:";
                if (line.StartsWith(key, StringComparison.OrdinalIgnoreCase))
                {
                    return line[key.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                }
            }
        }
        catch (InvalidDataException)
        {
            // Not an archive: the class path holds other files too.
        }

        return [];
    }
}

using System;
using System.Collections.Generic;
using System.IO;
using Mote.Imaging.DotNet;
using Mote.Imaging.Tree;

namespace Mote.Imaging;

/// <summary>Finds out what a request's program path is.</summary>
internal static class ProgramLocator
{
    /// <summary>What a path turned out to be.</summary>
    internal enum Kind
    {
        Executable,
        Project,
        Assembly,
        Image,
    }

    /// <summary>The absolute path and what it is.</summary>
    /// <exception cref="ImageException">It is nothing that can run.</exception>
    public static (Kind Kind, string Path) Locate(string path, IReadOnlyList<(string Host, string Guest)> added)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (InRoot(full, added) is { } inRoot)
        {
            return (Kind.Executable, inRoot);
        }

        if (Directory.Exists(full))
        {
            return LocateFolder(path, full);
        }

        if (!File.Exists(full))
        {
            throw new ImageException(Missing(path, full));
        }

        if (SolutionFile.IsOne(full))
        {
            return (Kind.Project, SolutionFile.FindProgram(full, path));
        }

        return ProjectFile.IsOne(full) || ProjectFile.IsFileBased(full) ? (Kind.Project, full)
            : Path.GetExtension(full) == ".dll" ? (Kind.Assembly, full)
            : (Kind.Executable, full);
    }

    // In a folder that becomes the root, by its path there or by its path on the host. A link may be one that leads somewhere only there.
    private static string? InRoot(string path, IReadOnlyList<(string Host, string Guest)> added)
    {
        foreach ((string host, string guest) in added)
        {
            if (guest != "/" || !Directory.Exists(host))
            {
                continue;
            }

            string candidate = GuestPath.IsBelow(path, host) ? path : host + path;
            if (File.Exists(candidate) || new FileInfo(candidate).LinkTarget is not null)
            {
                return Directory.Exists(candidate) ? null : candidate;
            }
        }

        return null;
    }

    private static (Kind Kind, string Path) LocateFolder(string path, string full)
    {
        if (MachineImage.IsImageFolder(full))
        {
            return (Kind.Image, full);
        }

        List<string> projects = Files(full, "*.csproj", "*.fsproj", "*.vbproj");
        List<string> solutions = projects.Count > 0 ? [] : Files(full, "*.slnx", "*.sln");
        return (projects.Count, solutions.Count) switch
        {
            (1, _) => (Kind.Project, projects[0]),
            (0, 1) => (Kind.Project, SolutionFile.FindProgram(solutions[0], Path.Combine(path, Path.GetFileName(solutions[0])))),
            (0, 0) => throw new ImageException(
                $"The folder {path} holds neither a .NET project (*.csproj) or solution nor a machine image (root.erofs, config.json). Give a program, a project or an image."),
            (0, _) => throw Several(path, "solutions", solutions),
            _ => throw Several(path, "projects", projects),
        };
    }

    private static List<string> Files(string folder, params string[] patterns)
    {
        var files = new List<string>();
        foreach (string pattern in patterns)
        {
            files.AddRange(Directory.GetFiles(folder, pattern));
        }

        files.Sort(StringComparer.Ordinal);
        return files;
    }

    private static ImageException Several(string path, string what, List<string> files) => new(
        $"The folder {path} holds {files.Count} {what}: {string.Join(", ", files.ConvertAll(Path.GetFileName))}. Give the one to run, for example: {Path.Combine(path, Path.GetFileName(files[0]))}");

    private static string Missing(string path, string full)
    {
        if (path.Contains('/'))
        {
            return $"There is no file or folder {full}.";
        }

        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            string candidate = Path.Combine(folder, path);
            if (File.Exists(candidate))
            {
                return $"There is no file or folder {path} here. Did you mean {candidate}?";
            }
        }

        return $"There is no file or folder {full}.";
    }
}

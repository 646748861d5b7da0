using System;
using System.Collections.Generic;
using System.IO;
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

        return Path.GetExtension(full) switch
        {
            ".csproj" or ".fsproj" or ".vbproj" => (Kind.Project, full),
            ".dll" => (Kind.Assembly, full),
            _ => (Kind.Executable, full),
        };
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

        var projects = new List<string>();
        foreach (string pattern in (string[])["*.csproj", "*.fsproj", "*.vbproj"])
        {
            projects.AddRange(Directory.GetFiles(full, pattern));
        }

        projects.Sort(StringComparer.Ordinal);
        return projects.Count switch
        {
            1 => (Kind.Project, projects[0]),
            0 => throw new ImageException(
                $"The folder {path} holds neither a .NET project (*.csproj) nor a machine image (root.erofs, config.json). Give a program, a project or an image."),
            _ => throw new ImageException(
                $"The folder {path} holds {projects.Count} projects: {string.Join(", ", projects.ConvertAll(Path.GetFileName))}. Give the one to run, for example: {Path.Combine(path, Path.GetFileName(projects[0]))}"),
        };
    }

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

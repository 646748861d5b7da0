using System;
using System.Collections.Generic;
using System.IO;

namespace Mote.Imaging.Inputs;

/// <summary>
/// What Debian's package manager has installed: the paths of a package (/var/lib/dpkg/info/PACKAGE.list) and the source that it was made from (/var/lib/dpkg/status, deb-control(5)). A program and its
/// settings often lie in several packages of one source (nginx and nginx-common).
/// </summary>
internal static class DebianPackages
{
    private const string Lists = "/var/lib/dpkg/info";
    private const string Status = "/var/lib/dpkg/status";

    /// <summary>All paths of the packages that come from the same source as the one with a file; empty where no package has it, or where there is no dpkg.</summary>
    /// <param name="host">The host; the lists that count are recorded.</param>
    /// <param name="paths">The names of the file: packages may call it by a link.</param>
    public static IReadOnlyList<string> SurroundingsOf(HostFiles host, IReadOnlyList<string> paths)
    {
        var found = new List<string>();
        try
        {
            if (!Directory.Exists(Lists) || FindOwners(paths) is not { Count: > 0 } owners)
            {
                return found;
            }

            foreach (string package in SameSource(owners))
            {
                foreach (string list in (string[])[$"{Lists}/{package}.list", $"{Lists}/{package}:amd64.list"])
                {
                    if (host.IsFile(list) && !package.EndsWith("-dev", StringComparison.Ordinal) && !package.EndsWith("-doc", StringComparison.Ordinal))
                    {
                        found.AddRange(File.ReadAllText(list).Split('\n', StringSplitOptions.RemoveEmptyEntries));
                    }
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another program's data base: what cannot be read there is not known.
            found.Clear();
        }

        return found;
    }

    private static HashSet<string> FindOwners(IReadOnlyList<string> paths)
    {
        var owners = new HashSet<string>(StringComparer.Ordinal);
        foreach (string list in Directory.GetFiles(Lists, "*.list"))
        {
            string text = File.ReadAllText(list);
            foreach (string path in paths)
            {
                if (text.Contains($"\n{path}\n", StringComparison.Ordinal))
                {
                    owners.Add(Path.GetFileNameWithoutExtension(list).Split(':')[0]);
                }
            }
        }

        return owners;
    }

    private static SortedSet<string> SameSource(HashSet<string> owners)
    {
        var sources = new Dictionary<string, string>(StringComparer.Ordinal);
        string package = "";
        foreach (string line in File.ReadLines(Status))
        {
            if (line.StartsWith("Package: ", StringComparison.Ordinal))
            {
                package = line["Package: ".Length..];
                sources[package] = package;
            }
            else if (line.StartsWith("Source: ", StringComparison.Ordinal))
            {
                sources[package] = line["Source: ".Length..].Split(' ')[0];
            }
        }

        var wanted = new HashSet<string>(StringComparer.Ordinal);
        foreach (string owner in owners)
        {
            wanted.Add(sources.GetValueOrDefault(owner, owner));
        }

        var packages = new SortedSet<string>(owners, StringComparer.Ordinal);
        foreach ((string name, string source) in sources)
        {
            if (wanted.Contains(source))
            {
                packages.Add(name);
            }
        }

        return packages;
    }
}

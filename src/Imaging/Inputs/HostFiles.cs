using System;
using System.Collections.Generic;
using System.IO;

namespace Mote.Imaging.Inputs;

/// <summary>
/// The host's files as one build sees them: each path is looked at once, and every look is recorded in <see cref="Inputs"/>. Paths are absolute.
/// </summary>
internal sealed class HostFiles
{
    // The kernel gives up after 40 links (path_resolution(7)).
    private const int MaxLinks = 40;

    private readonly Dictionary<string, HostEntry> _entries = new(StringComparer.Ordinal);

    public InputSet Inputs { get; } = new();

    /// <summary>Folders that become the root of an image: an absolute link in one means a path in it, as after chroot(2). Real paths.</summary>
    public List<string> Roots { get; } = [];

    /// <summary>The target of a link as a path of the host, or relative as it is.</summary>
    public string Absolute(string link, string target) => target.StartsWith('/') && RootOf(link) is { } root ? root + target : target;

    /// <summary>The path itself, a link not followed; links in its folders are followed.</summary>
    public HostEntry Look(string path)
    {
        if (!_entries.TryGetValue(path, out HostEntry entry))
        {
            entry = HostEntry.Look(path);
            _entries.Add(path, entry);
            Inputs.Add(path, entry);
        }

        return entry;
    }

    /// <summary>The real path: no link left in it. Null when it does not exist or has too many links.</summary>
    public string? Resolve(string path) => Walk(path, null);

    /// <summary>As <see cref="Resolve"/>, and tells the visitor each link on the way: where it is (a real folder and a name) and its target.</summary>
    public string? Walk(string path, Action<string, string>? visitLink)
    {
        var pending = new Stack<string>();
        Push(pending, path);
        string real = "";
        int links = 0;
        while (pending.TryPop(out string? name))
        {
            if (name == "..")
            {
                int slash = Roots.Contains(real) ? real.Length : real.LastIndexOf('/');
                real = slash <= 0 ? "" : real[..slash];
                continue;
            }

            string next = real + "/" + name;
            HostEntry entry = Look(next);
            if (entry.Kind == HostKind.Absent || (pending.Count > 0 && entry.Kind is (HostKind.File or HostKind.Other)))
            {
                return null;
            }

            if (entry.Kind != HostKind.Link)
            {
                real = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                return null;
            }

            visitLink?.Invoke(next, entry.Target!);
            real = entry.Target!.StartsWith('/') ? RootOf(next) ?? "" : real;
            Push(pending, entry.Target!);
        }

        return real.Length == 0 ? "/" : real;
    }

    /// <summary>The real path of a regular file, or null.</summary>
    public string? ResolveFile(string path) => Resolve(path) is { } real && Look(real).Kind == HostKind.File ? real : null;

    public bool IsFile(string path) => ResolveFile(path) is not null;

    public bool IsDirectory(string path) => Resolve(path) is { } real && Look(real).Kind == HostKind.Directory;

    public IReadOnlyList<string> List(string folder, FolderFilter filter = FolderFilter.Everything)
    {
        FolderListing listing = FolderListing.Read(folder, filter);
        Inputs.AddListing(folder, listing);
        return listing.Names;
    }

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="ImageException">It cannot be read.</exception>
    public static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 4096);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImageException($"{path} cannot be read: {e.Message}", e);
        }
    }

    private string? RootOf(string path) => Roots.Find(root => path.StartsWith(root, StringComparison.Ordinal) && path.Length > root.Length && path[root.Length] == '/');

    private static void Push(Stack<string> pending, string path)
    {
        string[] names = path.Split('/');
        for (int i = names.Length - 1; i >= 0; i--)
        {
            if (names[i] is not ("" or "."))
            {
                pending.Push(names[i]);
            }
        }
    }
}

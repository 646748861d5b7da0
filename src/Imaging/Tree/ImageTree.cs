using System;
using System.Collections.Generic;
using System.IO;

namespace Mote.Imaging.Tree;

/// <summary>
/// The image's file system while it is put together. Paths are absolute guest paths; links inside the tree are followed in folders, so that
/// /lib/x.so lands in /usr/lib when /lib is a link. The first reason for a path stays; a later file at the same path replaces nothing unless asked.
/// </summary>
internal sealed class ImageTree
{
    private const int MaxLinks = 40;
    private const int MaxNameBytes = 255;

    public DirectoryNode Root { get; } = new(DirectoryNode.DefaultMode, "root folder");

    /// <summary>Adds a folder and what is missing above it; one that is there already stays as it is.</summary>
    public void AddDirectory(string path, string why, UnixFileMode mode = DirectoryNode.DefaultMode, DateTime? modifiedUtc = null) => Enter(path, why, mode, modifiedUtc);

    /// <summary>Adds a folder that belongs to a user, unless the path is taken.</summary>
    public void AddOwnedDirectory(string path, DirectoryNode folder)
    {
        DirectoryNode parent = Enter(GuestPath.Folder(path), folder.Why, DirectoryNode.DefaultMode);
        CheckName(path, GuestPath.Name(path));
        parent.Children.TryAdd(GuestPath.Name(path), folder);
    }

    /// <summary>Adds a file unless the path is taken, or in the place of the file or link that is there; true when it was added.</summary>
    public bool AddFile(string path, FileNode file, bool replace = false) => Add(path, file, replace);

    /// <summary>Adds a link as <see cref="AddFile"/> adds a file.</summary>
    public bool AddLink(string path, LinkNode link, bool replace = false) => Add(path, link, replace);

    /// <summary>The node at a path, links followed in folders but not at the end; null when there is none.</summary>
    public ImageNode? Find(string path)
    {
        (DirectoryNode? folder, string name) = Locate(path);
        return name.Length == 0 ? folder : folder?.Children.GetValueOrDefault(name);
    }

    /// <summary>The file that a path names, all links followed; null when there is none.</summary>
    public FileNode? FindFile(string path)
    {
        for (int links = 0; links <= MaxLinks; links++)
        {
            switch (Find(path))
            {
                case FileNode file:
                    return file;
                case LinkNode link:
                    path = GuestPath.Combine(GuestPath.Folder(path), link.Target);
                    break;
                default:
                    return null;
            }
        }

        return null;
    }

    /// <summary>Every path and its node, sorted by path bytes within each folder, folders before what is in them.</summary>
    public IEnumerable<(string Path, ImageNode Node)> Walk()
    {
        var pending = new Stack<(string, ImageNode)>();
        pending.Push(("/", Root));
        while (pending.TryPop(out (string Path, ImageNode Node) item))
        {
            yield return item;
            if (item.Node is DirectoryNode folder)
            {
                string prefix = item.Path == "/" ? "/" : item.Path + "/";
                var names = new List<string>(folder.Children.Keys);
                names.Sort(GuestPath.CompareNames);
                for (int i = names.Count - 1; i >= 0; i--)
                {
                    pending.Push((prefix + names[i], folder.Children[names[i]]));
                }
            }
        }
    }

    private bool Add(string path, ImageNode node, bool replace)
    {
        DirectoryNode folder = Enter(GuestPath.Folder(path), node.Why, DirectoryNode.DefaultMode);
        string name = GuestPath.Name(path);
        CheckName(path, name);
        if (!folder.Children.TryGetValue(name, out ImageNode? present))
        {
            folder.Children.Add(name, node);
            return true;
        }

        if (present is DirectoryNode && (node is FileNode || replace))
        {
            throw new ImageException($"{path} would be both a file and a folder in the image ({present.Why}; {node.Why}).");
        }

        if (replace)
        {
            folder.Children[name] = node;
        }

        return replace;
    }

    private DirectoryNode Enter(string path, string why, UnixFileMode mode, DateTime? modifiedUtc = null)
    {
        DirectoryNode at = Root;
        string atPath = "";
        var pending = new Stack<string>();
        Push(pending, path);
        int links = 0;
        while (pending.TryPop(out string? name))
        {
            CheckName(path, name);
            if (!at.Children.TryGetValue(name, out ImageNode? child))
            {
                child = pending.Count == 0 ? new DirectoryNode(mode, why, modifiedUtc) : new DirectoryNode(DirectoryNode.DefaultMode, why);
                at.Children.Add(name, child);
            }

            switch (child)
            {
                case DirectoryNode folder:
                    at = folder;
                    atPath += "/" + name;
                    break;
                case LinkNode link when ++links <= MaxLinks:
                    // From the root again, through what has been walked and then the target.
                    Push(pending, GuestPath.Combine(atPath.Length == 0 ? "/" : atPath, link.Target));
                    at = Root;
                    atPath = "";
                    break;
                default:
                    throw new ImageException($"{path} cannot be put in the image: {atPath}/{name} is not a folder there ({child.Why}).");
            }
        }

        return at;
    }

    private (DirectoryNode? Folder, string Name) Locate(string path)
    {
        DirectoryNode at = Root;
        string atPath = "";
        var pending = new Stack<string>();
        Push(pending, path);
        int links = 0;
        while (pending.TryPop(out string? name))
        {
            if (pending.Count == 0)
            {
                return (at, name);
            }

            switch (at.Children.GetValueOrDefault(name))
            {
                case DirectoryNode folder:
                    at = folder;
                    atPath += "/" + name;
                    break;
                case LinkNode link when ++links <= MaxLinks:
                    Push(pending, GuestPath.Combine(atPath.Length == 0 ? "/" : atPath, link.Target));
                    at = Root;
                    atPath = "";
                    break;
                default:
                    return (null, name);
            }
        }

        return (at, "");
    }

    private static void Push(Stack<string> pending, string path)
    {
        string[] names = GuestPath.Normalize(path).Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int i = names.Length - 1; i >= 0; i--)
        {
            pending.Push(names[i]);
        }
    }

    private static void CheckName(string path, string name)
    {
        if (name.Length == 0 || System.Text.Encoding.UTF8.GetByteCount(name) > MaxNameBytes)
        {
            throw new ImageException($"{path} cannot be put in the image: a name must have 1 to {MaxNameBytes} bytes.");
        }
    }
}

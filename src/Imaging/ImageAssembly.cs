using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Mote.Imaging.Elf;
using Mote.Imaging.Inputs;
using Mote.Imaging.Tree;

namespace Mote.Imaging;

/// <summary>An image while it is put together: the host as it was seen, the tree so far, and what the user should know.</summary>
internal sealed partial class ImageAssembly(IBuildProgress progress)
{
    public IBuildProgress Progress { get; } = progress;

    public HostFiles Host { get; } = new();

    public ImageTree Tree { get; } = new();

    public GuestLayout Layout { get; } = new();

    public List<AppliedRule> Rules { get; } = [];

    /// <summary>Shown by <c>inspect</c>.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Host paths of the files and folders that the program's arguments name (<see cref="ArgumentFiles"/>).</summary>
    public IReadOnlyList<string> NamedFiles { get; init; } = [];

    /// <summary>Environment that the image sets unless the user sets the same variable.</summary>
    public SortedDictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    /// <summary>The program is one of .NET's, which diagnostic tools can ask.</summary>
    public bool HasDiagnostics { get; set; }

    /// <summary>Where the program starts unless the user says otherwise; null is the root.</summary>
    public string? WorkingDirectory { get; set; }

    /// <summary>
    /// Adds a host file at its own path (<see cref="GuestLayout"/>) with every link on the way to it, so that each of its names works in the image.
    /// Returns the guest path, or null when the host has no such file or folder. A folder is added empty.
    /// </summary>
    public string? AddHostPath(string hostPath, string why)
    {
        string? real = Host.Walk(hostPath, (link, target) =>
        {
            string guestLink = Layout.Map(link);
            string absolute = GuestPath.Combine(GuestPath.Folder(link), Host.Absolute(link, target));
            bool leadsThere = GuestPath.Combine(GuestPath.Folder(guestLink), target) == Layout.Map(absolute);
            Tree.AddLink(guestLink, new LinkNode(leadsThere ? target : Layout.Map(absolute), why));
        });
        if (real is null)
        {
            return null;
        }

        CopyTo(real, Layout.Map(real), why);
        return Layout.Map(hostPath);
    }

    /// <summary>Adds the contents of a host file (links followed) at a guest path.</summary>
    /// <exception cref="ImageException">The host has no such file.</exception>
    public void AddHostFileAt(string hostPath, string guestPath, string why)
    {
        string real = Host.ResolveFile(hostPath) ?? throw new ImageException($"There is no file {hostPath} to put in the image at {guestPath} ({why}).");
        CopyTo(real, guestPath, why);
    }

    /// <summary>Adds what is in a host folder, links as links; the filter gets each path relative to the folder, and says no to leave it out.</summary>
    /// <param name="hostFolder">The folder of the host.</param>
    /// <param name="guestFolder">Where its contents go.</param>
    /// <param name="why">The reason, for the manifest.</param>
    /// <param name="filter">Says no to leave a path out.</param>
    /// <param name="replace">Whether its files and links take the place of what is there.</param>
    public void AddHostFolder(string hostFolder, string guestFolder, string why, Predicate<string>? filter = null, bool replace = false)
    {
        string real = Host.Resolve(hostFolder) ?? throw new ImageException($"There is no folder {hostFolder} to put in the image at {guestFolder} ({why}).");
        HostEntry folder = Host.Look(real);
        Tree.AddDirectory(guestFolder, why, folder.Mode, folder.ModifiedUtc);
        AddBelow(real, guestFolder, "", why, filter, replace);
    }

    /// <summary>Adds an empty folder as the host has it, with its owner, unless it is there.</summary>
    public void AddOwnedFolder(string hostFolder, string why)
    {
        if (Host.Resolve(hostFolder) is { } real && Host.Look(real) is { Kind: HostKind.Directory } entry)
        {
            Tree.AddOwnedDirectory(Layout.Map(real), new DirectoryNode(entry.Mode, why) { Owner = HostOwner.Of(real) });
        }
    }

    /// <summary>Adds a file that the builder writes, unless the path is taken.</summary>
    public void AddText(string guestPath, string text, string why) => AddBytes(guestPath, Encoding.UTF8.GetBytes(text), why);

    public void AddBytes(string guestPath, byte[] content, string why) =>
        Tree.AddFile(guestPath, new FileNode(content, (UnixFileMode)0b110_100_100, why));

    private void AddBelow(string hostFolder, string guestFolder, string prefix, string why, Predicate<string>? filter, bool replace)
    {
        foreach (string name in Host.List(hostFolder))
        {
            string relative = prefix + name;
            if (filter is not null && !filter(relative))
            {
                continue;
            }

            string host = hostFolder == "/" ? "/" + name : hostFolder + "/" + name;
            string guest = GuestPath.Combine(guestFolder, "./" + name);
            HostEntry entry = Host.Look(host);
            switch (entry.Kind)
            {
                case HostKind.Directory:
                    Tree.AddDirectory(guest, why, entry.Mode, entry.ModifiedUtc);
                    AddBelow(host, guest, relative + "/", why, filter, replace);
                    break;
                case HostKind.Link:
                    Tree.AddLink(guest, new LinkNode(entry.Target!, why, entry.ModifiedUtc), replace);
                    break;
                case HostKind.File:
                    CopyTo(host, guest, why, replace);
                    break;
                default:
                    throw NotCopied(host, why);
            }
        }
    }

    /// <summary>Sockets, pipes and devices mean nothing in another machine, and a program that finds them missing would not say why.</summary>
    private static ImageException NotCopied(string host, string why) =>
        new($"{host} is {FileType.Describe(host)}, which cannot be put in an image ({why}). Add the files and folders beside it one by one.");

    private void CopyTo(string real, string guestPath, string why, bool replace = false)
    {
        HostEntry entry = Host.Look(real);
        switch (entry.Kind)
        {
            case HostKind.Directory:
                Tree.AddDirectory(guestPath, why, entry.Mode, entry.ModifiedUtc);
                break;
            case HostKind.File:
                Tree.AddFile(guestPath, new FileNode(real, entry.Size, entry.Mode, entry.ModifiedUtc, why), replace);
                break;
            case HostKind.Absent:
            case HostKind.Link:
            case HostKind.Other:
            default:
                throw NotCopied(real, why);
        }
    }
}

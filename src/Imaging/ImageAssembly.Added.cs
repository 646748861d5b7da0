using System.Collections.Generic;
using Mote.Imaging.Elf;
using Mote.Imaging.Tree;

namespace Mote.Imaging;

/// <summary>What the user puts into the image, as seen while it is put together: a path that the machine will have from there is not taken from the host.</summary>
internal sealed partial class ImageAssembly
{
    private const string Root = "/";

    /// <summary>The files and folders of <c>--add</c>: absolute host paths and guest paths, the last one that has a path wins.</summary>
    public IReadOnlyList<(string Host, string Guest)> Added { get; init; } = [];

    /// <summary>Shared objects that were read already, by their real host paths: what they ask for, or why they were passed over.</summary>
    public Dictionary<string, (ElfFile? Elf, string? Skipped)> Libraries { get; } = [];

    /// <summary>
    /// Puts the folders that become the root into the image, before anything else: a first file at a path stays. Programs in them lie where they will be, and what they name by absolute
    /// paths is in there too. What the machine mounts over is left out.
    /// </summary>
    public void AddRoots()
    {
        foreach ((string host, string guest) in Added)
        {
            if (guest == Root && Host.Resolve(host) is { } real && Host.IsDirectory(real))
            {
                Host.Roots.Add(real);
                Layout.MapFolder(real, Root);
                Layout.MapFolder(host, Root);
                AddHostFolder(real, Root, WhyAdded(host, guest), relative => GuestLayout.MountOver("/" + relative) is null);
            }
        }
    }

    /// <summary>Whether a program comes out of a folder that becomes the root, with all its surroundings.</summary>
    public bool IsInRoot(string hostReal) => Host.Roots.Exists(root => GuestPath.IsBelow(hostReal, root));

    /// <summary>The host path of what the user puts at a guest path, or null.</summary>
    public string? LocateAdded(string guestPath)
    {
        for (int i = Added.Count - 1; i >= 0; i--)
        {
            (string host, string guest) = Added[i];
            bool isBelow = guest == Root || GuestPath.IsBelow(guestPath, guest);
            string path = isBelow ? host + (guest == Root ? guestPath : guestPath[guest.Length..]) : "";
            if (isBelow && Host.Resolve(path) is not null)
            {
                return path;
            }
        }

        return null;
    }

    /// <summary>Where the file lies on the host that a program of the machine finds at a path: among what the user adds, or at the same path.</summary>
    public string Located(string path) => LocateAdded(path) ?? path;

    /// <summary>Adds what a program of the machine finds at a path, with the links on the way.</summary>
    public void AddLocated(string path, string why)
    {
        string host = Located(path);
        if (host == path || Layout.Map(host) == path)
        {
            AddHostPath(host, why);
        }
        else
        {
            AddHostFileAt(host, path, why);
        }
    }

    /// <summary>The reason in the manifest for what the user adds.</summary>
    public static string WhyAdded(string host, string guest) => $"--add {host}:{guest}";
}

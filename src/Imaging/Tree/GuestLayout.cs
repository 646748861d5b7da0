using System;
using System.Collections.Generic;

namespace Mote.Imaging.Tree;

/// <summary>
/// Where host paths lie in the image: at the same path, so that programs find what they look for. Except below folders that the machine mounts over or that are
/// for what programs leave there (/dev, /proc, /tmp, /run ...), which move to /app, and folders that a build mapped on purpose.
/// </summary>
internal sealed class GuestLayout
{
    private readonly List<(string Host, string Guest)> _mappings =
    [
        ("/dev/shm", "/app"),
        ("/var/tmp", "/app"),
        ("/tmp", "/app"),
        ("/run", "/app/run"),
        ("/dev", "/app/dev"),
        ("/proc", "/app/proc"),
        ("/sys", "/app/sys"),
    ];

    private static readonly string[] s_mounts = ["/dev", "/proc", "/sys"];

    /// <summary>The folder that the machine mounts a file system of its own over, when the guest path lies in one: what an image has there is never seen.</summary>
    public static string? MountOver(string guest) => Array.Find(s_mounts, mount => GuestPath.IsBelow(guest, mount));

    /// <summary>Puts a host folder elsewhere; later mappings win.</summary>
    public void MapFolder(string host, string guest) => _mappings.Insert(0, (host, guest));

    /// <summary>The guest path of an absolute host path.</summary>
    public string Map(string host)
    {
        foreach ((string from, string to) in _mappings)
        {
            if (GuestPath.IsBelow(host, from))
            {
                return GuestPath.Normalize(to + host[from.Length..]);
            }
        }

        return host;
    }
}

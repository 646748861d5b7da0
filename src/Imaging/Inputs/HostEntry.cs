using System;
using System.Globalization;
using System.IO;

namespace Mote.Imaging.Inputs;

/// <summary>A host path as it was seen: enough to copy it and to notice later that it is no longer the same.</summary>
/// <param name="Kind">What it is, a link not followed.</param>
/// <param name="Target">A link's target as written.</param>
/// <param name="Size">A file's length in bytes.</param>
/// <param name="ModifiedUtc">Last change of the contents; of a link, of the link itself.</param>
/// <param name="CreatedUtc">Birth of the inode: differs when a file was replaced by another of the same length and time.</param>
/// <param name="Mode">Permission bits.</param>
internal readonly record struct HostEntry(HostKind Kind, string? Target, long Size, DateTime ModifiedUtc, DateTime CreatedUtc, UnixFileMode Mode)
{
    public bool IsExecutable => (Mode & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;

    /// <summary>Looks at the path now.</summary>
    public static HostEntry Look(string path)
    {
        var info = new FileInfo(path);
        FileAttributes attributes = info.Attributes;
        if ((int)attributes == -1)
        {
            return default;
        }

        if ((attributes & FileAttributes.ReparsePoint) != 0 && info.LinkTarget is { } target)
        {
            return new HostEntry(HostKind.Link, target, 0, info.LastWriteTimeUtc, default, default);
        }

        if ((attributes & FileAttributes.Directory) != 0)
        {
            return new HostEntry(HostKind.Directory, null, 0, info.LastWriteTimeUtc, default, info.UnixFileMode);
        }

        // Pipes, sockets and devices look like empty files to .NET, which does not set FileAttributes.Device here; to open one may wait for ever, or do what the device does.
        if (!info.Exists || !FileType.IsRegular(path))
        {
            return new HostEntry(HostKind.Other, null, 0, default, default, info.UnixFileMode);
        }

        return new HostEntry(HostKind.File, null, info.Length, info.LastWriteTimeUtc, info.CreationTimeUtc, info.UnixFileMode);
    }

    /// <summary>
    /// The entry as text without line ends; equal texts mean that nothing changed. A folder's time is not part of it: most folders are only passed through, and the names in those
    /// that are copied are recorded by themselves.
    /// </summary>
    public string Identity => Kind switch
    {
        HostKind.File => string.Create(CultureInfo.InvariantCulture, $"file {Size} {ModifiedUtc.Ticks} {CreatedUtc.Ticks} {(int)Mode:x}"),
        HostKind.Link => string.Create(CultureInfo.InvariantCulture, $"link {ModifiedUtc.Ticks} {Target}"),
        HostKind.Directory => string.Create(CultureInfo.InvariantCulture, $"directory {(int)Mode:x}"),
        HostKind.Other => "other",
        _ => "absent",
    };
}

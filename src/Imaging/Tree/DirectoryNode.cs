using System;
using System.Collections.Generic;
using System.IO;

namespace Mote.Imaging.Tree;

/// <summary>
/// A folder. One that was copied whole has the host folder's time; one that merely leads to a file has time zero, so that unrelated files of the host do not
/// change an image.
/// </summary>
internal sealed class DirectoryNode(UnixFileMode mode, string why, DateTime? modifiedUtc = null) : ImageNode(mode, modifiedUtc ?? DateTime.UnixEpoch, why)
{
    /// <summary>rwxr-xr-x</summary>
    public const UnixFileMode DefaultMode = (UnixFileMode)0b111_101_101;

    public Dictionary<string, ImageNode> Children { get; } = new(StringComparer.Ordinal);
}

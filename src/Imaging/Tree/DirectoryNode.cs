using System;
using System.Collections.Generic;
using System.IO;

namespace Mote.Imaging.Tree;

/// <summary>A folder; its time is always zero so that unrelated files of the host do not change an image.</summary>
internal sealed class DirectoryNode(UnixFileMode mode, string why) : ImageNode(mode, DateTime.UnixEpoch, why)
{
    /// <summary>rwxr-xr-x</summary>
    public const UnixFileMode DefaultMode = (UnixFileMode)0b111_101_101;

    public Dictionary<string, ImageNode> Children { get; } = new(StringComparer.Ordinal);
}

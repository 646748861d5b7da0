using System;
using System.IO;

namespace Mote.Imaging.Tree;

/// <summary>A symbolic link. One that the builder makes has time zero.</summary>
internal sealed class LinkNode(string target, string why, DateTime? modifiedUtc = null)
    : ImageNode((UnixFileMode)0b111_111_111, modifiedUtc ?? DateTime.UnixEpoch, why)
{
    public string Target { get; } = target;
}

using System;
using System.IO;

namespace Mote.Imaging.Tree;

/// <summary>A symbolic link.</summary>
internal sealed class LinkNode(string target, string why)
    : ImageNode((UnixFileMode)0b111_111_111, DateTime.UnixEpoch, why)
{
    public string Target { get; } = target;
}

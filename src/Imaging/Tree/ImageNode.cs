using System;
using System.IO;

namespace Mote.Imaging.Tree;

/// <summary>Something in the image: a name's owner is always root, its time the host file's or zero.</summary>
internal abstract class ImageNode(UnixFileMode mode, DateTime modifiedUtc, string why)
{
    /// <summary>Permission bits with setuid, setgid and sticky.</summary>
    public UnixFileMode Mode { get; } = mode;

    public DateTime ModifiedUtc { get; } = modifiedUtc;

    /// <summary>Why it is in the image, for the manifest.</summary>
    public string Why { get; } = why;
}

using System;
using System.IO;

namespace Mote.Imaging.Tree;

/// <summary>Something in the image. It belongs to root unless a rule says otherwise; its time is the host file's or zero.</summary>
internal abstract class ImageNode(UnixFileMode mode, DateTime modifiedUtc, string why)
{
    /// <summary>Permission bits with setuid, setgid and sticky.</summary>
    public UnixFileMode Mode { get; } = mode;

    /// <summary>The numbers of user and group.</summary>
    public (uint User, uint Group) Owner { get; init; }

    public DateTime ModifiedUtc { get; } = modifiedUtc;

    /// <summary>Why it is in the image, for the manifest.</summary>
    public string Why { get; } = why;
}

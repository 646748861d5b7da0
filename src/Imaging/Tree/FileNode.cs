using System;
using System.IO;

namespace Mote.Imaging.Tree;

/// <summary>A regular file, taken from the host or written by the builder.</summary>
internal sealed class FileNode : ImageNode
{
    public FileNode(string hostPath, long size, UnixFileMode mode, DateTime modifiedUtc, string why)
        : base(mode, modifiedUtc, why)
    {
        HostPath = hostPath;
        Size = size;
    }

    public FileNode(byte[] content, UnixFileMode mode, string why)
        : base(mode, DateTime.UnixEpoch, why)
    {
        Content = content;
        Size = content.Length;
    }

    /// <summary>The host file with the contents; null when <see cref="Content"/> has them.</summary>
    public string? HostPath { get; }

    public byte[]? Content { get; }

    public long Size { get; }
}

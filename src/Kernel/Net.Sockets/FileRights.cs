using System;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Net.Sockets;

/// <summary>Open files on their way in a message (SCM_RIGHTS): it holds a reference on each until they are taken out or it is dropped.</summary>
public sealed class FileRights
{
    /// <summary>SCM_MAX_FD: a message carries no more.</summary>
    public const int Maximum = 253;

    private readonly OpenFile[] _files;

    /// <summary>Takes over the caller's references.</summary>
    public FileRights(ReadOnlySpan<OpenFile> files) => _files = files.ToArray();

    public ReadOnlySpan<OpenFile> Files => _files;

    /// <summary>Neighbours among the messages that wait at the same socket.</summary>
    internal FileRights? NextQueued { get; set; }

    internal FileRights? PreviousQueued { get; set; }

    /// <summary>The next of those that were dropped and hold their files still.</summary>
    internal FileRights? Next { get; set; }

    /// <summary>Another message with the same files, for MSG_PEEK.</summary>
    public FileRights Copy()
    {
        foreach (OpenFile file in _files)
        {
            file.AddReference();
        }

        return new FileRights(_files);
    }

    /// <summary>Lets go of the files.</summary>
    public void Release()
    {
        foreach (OpenFile file in _files)
        {
            file.Release();
        }
    }
}

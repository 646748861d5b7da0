using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Proc;

/// <summary>A file system whose files are texts that are written when they are opened: /proc and /sys.</summary>
public abstract class GeneratedFileSystem(FileClock clock) : FileSystem
{
    private readonly Stack<ByteText> _texts = new();
    private ulong _lastInode;

    /// <summary>MAX_NON_LFS: the largest offset where a file system does not say otherwise.</summary>
    internal const long LargestOffset = int.MaxValue;

    /// <summary>The stamp of all its files.</summary>
    internal FileTime Started { get; } = clock.Now;

    /// <summary>What making a file fails with: as on Linux, ENOENT in /proc and EPERM in /sys.</summary>
    internal virtual Errno CreationError => Errno.EPERM;

    public override bool ForbidsExecution => true;

    public override bool HasFixedNames => CreationError == Errno.ENOENT;

    public override long? LargestDirectoryOffset => LargestOffset;

    /// <summary>The rules of its files where a directory does not say otherwise.</summary>
    internal abstract GeneratedRules Rules { get; }

    /// <summary>Where one waits for files that are always ready.</summary>
    internal WaitQueue Quiet { get; } = new();

    internal ulong NextInode() => ++_lastInode;

    internal ByteText RentText() => _texts.TryPop(out ByteText? text) ? text : new ByteText();

    internal void ReturnText(ByteText text)
    {
        if (text.Capacity <= ByteText.ReservedBytes)
        {
            text.Clear();
            _texts.Push(text);
        }
    }
}

using System;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Ram;

/// <summary>A symbolic link in memory, or one of the lower file system.</summary>
internal sealed class RamLink : RamInode
{
    private readonly byte[]? _target;
    private readonly Inode? _lower;

    public RamLink(RamFileSystem home, ReadOnlySpan<byte> target, in NewInode what)
        : base(home, what)
    {
        _target = target.ToArray();
    }

    public RamLink(RamFileSystem home, Inode lower, in InodeAttributes attributes)
        : base(home, lower.Number, attributes)
    {
        _lower = lower;
    }

    public override ulong Size => _target != null ? (ulong)_target.Length : _lower!.Size;

    public override Result<int> ReadLink(Span<byte> target)
    {
        if (_target == null)
        {
            return _lower!.ReadLink(target);
        }

        int length = Math.Min(target.Length, _target.Length);
        _target.AsSpan(0, length).CopyTo(target);
        return length;
    }
}

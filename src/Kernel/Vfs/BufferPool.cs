using System.Collections.Generic;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>Buffers for paths, larger than a kernel stack should hold; lent and given back, so that a path walk allocates nothing.</summary>
public sealed class BufferPool
{
    /// <summary>Bytes of a buffer: a path of PATH_MAX in which a link was replaced by its target, of the same length at most.</summary>
    public const int BufferBytes = 8192;

    private readonly Stack<byte[]> _free = new();

    public byte[] Rent() => _free.TryPop(out byte[]? buffer) ? buffer : Make();

    [MayAllocate("grows to the number of buffers that there are")]
    public void Return(byte[] buffer) => _free.Push(buffer);

    [MayAllocate("only when more are in use than ever before")]
    private static byte[] Make() => new byte[BufferBytes];
}

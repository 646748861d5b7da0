using System;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>Buffers for paths, larger than a kernel stack should hold; lent and given back, so that a path walk allocates nothing.</summary>
public sealed class BufferPool
{
    /// <summary>Bytes of a buffer: a path of PATH_MAX in which a link was replaced by its target, of the same length at most.</summary>
    public const int BufferBytes = 8192;

    private Slot[] _free = new Slot[4];
    private int _count;

    public byte[] Rent()
    {
        if (_count == 0)
        {
            return Make();
        }

        return _free[--_count].Buffer;
    }

    public void Return(byte[] buffer)
    {
        if (_count == _free.Length)
        {
            Grow();
        }

        _free[_count++].Buffer = buffer;
    }

    [MayAllocate("grows to the number of buffers that there are")]
    private void Grow() => Array.Resize(ref _free, _free.Length * 2);

    [MayAllocate("only when more are in use than ever before")]
    private static byte[] Make() => new byte[BufferBytes];

    // An array of references would be checked for its elements' type at each store.
    private struct Slot
    {
        public byte[] Buffer;
    }
}

using System;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Terminals;

/// <summary>A queue of bytes of fixed size.</summary>
internal sealed class ByteRing(int capacity)
{
    private readonly byte[] _bytes = new byte[capacity];
    private int _start;

    public int Count { get; private set; }

    public int Room => _bytes.Length - Count;

    /// <summary>The bytes at the front that lie together.</summary>
    public ReadOnlySpan<byte> Front => _bytes.AsSpan(_start, Math.Min(Count, _bytes.Length - _start));

    /// <summary>Takes as many bytes as fit; returns how many.</summary>
    public int Add(ReadOnlySpan<byte> bytes)
    {
        int done = 0;
        while (done < bytes.Length && Room > 0)
        {
            int end = (_start + Count) % _bytes.Length;
            int chunk = Math.Min(Math.Min(bytes.Length - done, Room), _bytes.Length - end);
            bytes.Slice(done, chunk).CopyTo(_bytes.AsSpan(end));
            Count += chunk;
            done += chunk;
        }

        return done;
    }

    /// <summary>Drops bytes of the front.</summary>
    public void Remove(int count)
    {
        Count -= count;
        _start = Count == 0 ? 0 : (_start + count) % _bytes.Length;
    }

    /// <summary>Gives bytes; returns how many. Fewer than there are, with room left, means a bad address.</summary>
    public int MoveTo(ref DataSink to)
    {
        int done = 0;
        while (Count > 0 && to.Remaining > 0)
        {
            int wanted = (int)Math.Min((ulong)Front.Length, to.Remaining);
            int copied = to.Write(Front[..wanted]);
            Remove(copied);
            done += copied;
            if (copied < wanted)
            {
                break;
            }
        }

        return done;
    }

    public void Clear()
    {
        _start = 0;
        Count = 0;
    }
}

using System;
using System.Runtime.CompilerServices;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>
/// Where a write takes its bytes from: memory of the kernel, or one or several pieces of a program's memory. It is passed by reference and moves on as it is
/// read. Fewer bytes given than asked for, with some left, means a bad address: what came before it counts, as write(2) has it.
/// </summary>
public ref struct DataSource
{
    private readonly AddressSpace? _space;
    private ReadOnlySpan<byte> _kernel;
    private PieceCursor _cursor;

    /// <summary>A buffer of the kernel.</summary>
    public DataSource(ReadOnlySpan<byte> buffer)
    {
        _kernel = buffer;
        Remaining = (ulong)buffer.Length;
    }

    /// <summary>One piece of the program's memory.</summary>
    public DataSource(AddressSpace space, VirtAddr address, ulong length)
    {
        _space = space;
        _cursor.Start(address, length);
        Remaining = length;
    }

    /// <summary>Several pieces of the program's memory; their lengths together must not pass 2^63.</summary>
    public DataSource(AddressSpace space, ReadOnlySpan<IoVector> pieces)
    {
        _space = space;
        _cursor = new PieceCursor(pieces);
        Remaining = PieceCursor.LengthOf(pieces);
    }

    /// <summary>Bytes that are left.</summary>
    public ulong Remaining { get; private set; }

    /// <summary>Gives no more than this many further bytes.</summary>
    public void Limit(ulong bytes) => Remaining = Math.Min(Remaining, bytes);

    /// <summary>Gives bytes; returns how many.</summary>
    public int Read(scoped Span<byte> to)
    {
        int total = (int)Math.Min((ulong)to.Length, Remaining);
        int done = 0;
        while (done < total)
        {
            int chunk = Next(total - done);
            Span<byte> part = to.Slice(done, chunk);
            int copied = chunk;
            if (_space == null)
            {
                _kernel[..chunk].CopyTo(part);
            }
            else
            {
                copied = _space.Read(_cursor.Address, part);
            }

            Advance(copied);
            done += copied;
            if (copied < chunk)
            {
                break;
            }
        }

        return done;
    }

    /// <summary>Gives bytes to a frame; returns how many.</summary>
    public int Read(Frame frame, int offset, int length)
    {
        int total = (int)Math.Min((ulong)length, Remaining);
        int done = 0;
        while (done < total)
        {
            int chunk = Next(total - done);
            int copied = chunk;
            if (_space == null)
            {
                frame.Write(offset + done, _kernel[..chunk]);
            }
            else
            {
                copied = _space.ReadToFrame(_cursor.Address, frame, offset + done, chunk);
            }

            Advance(copied);
            done += copied;
            if (copied < chunk)
            {
                break;
            }
        }

        return done;
    }

    /// <summary>Drops bytes without looking at them.</summary>
    public void Skip(ulong length)
    {
        ulong left = Math.Min(length, Remaining);
        while (left > 0)
        {
            int chunk = Next((int)Math.Min(left, int.MaxValue));
            Advance(chunk);
            left -= (ulong)chunk;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Next(int wanted) => _space == null ? wanted : _cursor.Next(wanted);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Advance(int count)
    {
        Remaining -= (ulong)count;
        if (_space == null)
        {
            _kernel = _kernel[count..];
        }
        else
        {
            _cursor.Advance((ulong)count);
        }
    }
}

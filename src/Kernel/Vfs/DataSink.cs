using System;
using System.Runtime.CompilerServices;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>
/// Where a read puts its bytes: memory of the kernel, or one or several pieces of a program's memory. It is passed by reference and moves on as it is
/// filled. Fewer bytes taken than offered, with room left, means a bad address: what came before it stays, as read(2) has it.
/// </summary>
public ref struct DataSink
{
    private readonly AddressSpace? _space;
    private Span<byte> _kernel;
    private PieceCursor _cursor;

    /// <summary>A buffer of the kernel.</summary>
    public DataSink(Span<byte> buffer)
    {
        _kernel = buffer;
        Remaining = (ulong)buffer.Length;
    }

    /// <summary>One piece of the program's memory.</summary>
    public DataSink(AddressSpace space, VirtAddr address, ulong length)
    {
        _space = space;
        _cursor.Start(address, length);
        Remaining = length;
    }

    /// <summary>Several pieces of the program's memory; their lengths together must not pass 2^63.</summary>
    public DataSink(AddressSpace space, ReadOnlySpan<IoVector> pieces)
    {
        _space = space;
        _cursor = new PieceCursor(pieces);
        Remaining = PieceCursor.LengthOf(pieces);
    }

    /// <summary>Bytes that still fit.</summary>
    public ulong Remaining { get; private set; }

    /// <summary>Takes no more than this many further bytes.</summary>
    public void Limit(ulong bytes) => Remaining = Math.Min(Remaining, bytes);

    /// <summary>As <see cref="Limit"/> for a time: <see cref="GiveBack"/> takes what is returned.</summary>
    public ulong Hold(ulong bytes)
    {
        ulong held = Remaining - Math.Min(Remaining, bytes);
        Remaining -= held;
        return held;
    }

    public void GiveBack(ulong held) => Remaining += held;

    /// <summary>Takes bytes; returns how many.</summary>
    public int Write(scoped ReadOnlySpan<byte> bytes)
    {
        int total = (int)Math.Min((ulong)bytes.Length, Remaining);
        int done = 0;
        while (done < total)
        {
            int chunk = Next(total - done);
            ReadOnlySpan<byte> part = bytes.Slice(done, chunk);
            int copied = chunk;
            if (_space == null)
            {
                part.CopyTo(_kernel);
            }
            else
            {
                copied = _space.Write(_cursor.Address, part);
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

    /// <summary>Takes bytes of a frame; returns how many.</summary>
    public int Write(Frame frame, int offset, int length)
    {
        int total = (int)Math.Min((ulong)length, Remaining);
        int done = 0;
        while (done < total)
        {
            int chunk = Next(total - done);
            int copied = chunk;
            if (_space == null)
            {
                frame.Read(offset + done, _kernel[..chunk]);
            }
            else
            {
                copied = _space.WriteFromFrame(_cursor.Address, frame, offset + done, chunk);
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

    /// <summary>Takes zeros; returns how many.</summary>
    public int Clear(int length)
    {
        int total = (int)Math.Min((ulong)length, Remaining);
        int done = 0;
        while (done < total)
        {
            int chunk = Next(total - done);
            int copied = chunk;
            if (_space == null)
            {
                _kernel[..chunk].Clear();
            }
            else
            {
                copied = (int)_space.Clear(_cursor.Address, (ulong)chunk);
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

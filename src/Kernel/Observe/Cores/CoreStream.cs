using System;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Observe;

/// <summary>
/// A core file on its way to the tool: pieces of bytes and lengths of zeros, in the order of the file. Bytes are sent as far as the tool
/// has asked for them, so that a
/// slow disk stops the core and not the machine's other lines.
/// </summary>
internal sealed class CoreStream(ControlChannel channel)
{
    private readonly byte[] _piece = new byte[ControlChannel.LongestPiece];
    private readonly WaitQueue _granted = new();
    private int _count;
    private ulong _zeros;
    private long _credit;

    /// <summary>Bytes so far, zeros included.</summary>
    public ulong Position { get; private set; }

    /// <summary>Whether nobody takes the rest: what is put is lost.</summary>
    public bool IsStopped { get; private set; }

    public void Begin()
    {
        _count = 0;
        _zeros = 0;
        _credit = 0;
        Position = 0;
        IsStopped = false;
    }

    /// <summary>So many bytes more may be sent.</summary>
    public void Grant(long bytes)
    {
        _credit = Math.Min(long.MaxValue / 2, _credit) + Math.Min(long.MaxValue / 2, bytes);
        _granted.WakeAll();
    }

    public void Stop()
    {
        IsStopped = true;
        _granted.WakeAll();
    }

    /// <summary>The next bytes. The calling thread waits until they fit.</summary>
    public void Put(ReadOnlySpan<byte> bytes)
    {
        FlushZeros();
        Position += (ulong)bytes.Length;
        while (!bytes.IsEmpty && !IsStopped)
        {
            int fits = Math.Min(bytes.Length, _piece.Length - _count);
            bytes[..fits].CopyTo(_piece.AsSpan(_count));
            _count += fits;
            bytes = bytes[fits..];
            if (_count == _piece.Length)
            {
                FlushPiece();
            }
        }
    }

    /// <summary>So many zeros.</summary>
    public void Skip(ulong bytes)
    {
        if (bytes > 0)
        {
            FlushPiece();
            Position += bytes;
            _zeros += bytes;
        }
    }

    /// <summary>Zeros up to the next multiple of a power of two.</summary>
    public void Align(ulong alignment) => Skip(unchecked(0 - Position) & (alignment - 1));

    /// <summary>Sends what is left, and the end.</summary>
    public void Finish()
    {
        FlushPiece();
        FlushZeros();
        channel.Core(IsStopped ? "stopped"u8 : "end"u8);
    }

    private void FlushPiece()
    {
        if (_count == 0)
        {
            return;
        }

        while (_credit <= 0 && !IsStopped)
        {
            _ = _granted.Wait(Instant.Never, isInterruptible: false, isExclusive: false);
        }

        if (!IsStopped)
        {
            channel.CoreData(_piece.AsSpan(0, _count));
            _credit -= _count;
        }

        _count = 0;
    }

    private void FlushZeros()
    {
        if (_zeros > 0 && !IsStopped)
        {
            channel.Core("zeros "u8, _zeros);
        }

        _zeros = 0;
    }
}

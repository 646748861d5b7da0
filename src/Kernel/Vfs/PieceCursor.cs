using System;
using System.Runtime.CompilerServices;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>The place that a transfer has come to in one or several pieces of a program's memory.</summary>
internal ref struct PieceCursor
{
    private ReadOnlySpan<IoVector> _rest;
    private ulong _left;

    internal PieceCursor(ReadOnlySpan<IoVector> pieces)
    {
        _rest = pieces;
    }

    internal VirtAddr Address { get; private set; }

    /// <summary>Bytes of all pieces; they must not pass 2^63.</summary>
    internal static ulong LengthOf(ReadOnlySpan<IoVector> pieces)
    {
        ulong length = 0;
        foreach (IoVector piece in pieces)
        {
            length += piece.Length;
        }

        return length;
    }

    /// <summary>Makes a new one that of a single piece: in its place, for a constructor's result would be copied.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Start(VirtAddr address, ulong length)
    {
        Address = address;
        _left = length;
    }

    /// <summary>Moves to a piece that has bytes; how many of <paramref name="wanted"/> lie in it. There must be some left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Next(int wanted)
    {
        while (_left == 0)
        {
            Address = _rest[0].Address;
            _left = _rest[0].Length;
            _rest = _rest[1..];
        }

        return (int)Math.Min((ulong)wanted, _left);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Advance(ulong count)
    {
        Address += count;
        _left -= count;
    }
}

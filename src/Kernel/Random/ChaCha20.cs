using System;
using System.Buffers.Binary;
using System.Numerics;

namespace Mote.Kernel.Random;

/// <summary>The ChaCha20 block function (RFC 8439, 2.3).</summary>
internal static class ChaCha20
{
    internal const int BlockBytes = 64;
    internal const int KeyWords = 8;

    /// <summary>Makes block <paramref name="counter"/> of the key stream, with a nonce of zero.</summary>
    internal static void Block(ReadOnlySpan<uint> key, uint counter, Span<byte> block)
    {
        Span<uint> state = stackalloc uint[16];
        state.Clear();
        state[0] = 0x6170_7865;
        state[1] = 0x3320_646e;
        state[2] = 0x7962_2d32;
        state[3] = 0x6b20_6574;
        key.CopyTo(state[4..]);
        state[12] = counter;
        Span<uint> work = stackalloc uint[16];
        state.CopyTo(work);
        for (int i = 0; i < 10; i++)
        {
            Quarter(work, 0, 4, 8, 12);
            Quarter(work, 1, 5, 9, 13);
            Quarter(work, 2, 6, 10, 14);
            Quarter(work, 3, 7, 11, 15);
            Quarter(work, 0, 5, 10, 15);
            Quarter(work, 1, 6, 11, 12);
            Quarter(work, 2, 7, 8, 13);
            Quarter(work, 3, 4, 9, 14);
        }

        for (int i = 0; i < 16; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(block[(i * 4)..], unchecked(work[i] + state[i]));
        }
    }

    private static void Quarter(Span<uint> state, int a, int b, int c, int d)
    {
        unchecked
        {
            state[a] += state[b];
            state[d] = BitOperations.RotateLeft(state[d] ^ state[a], 16);
            state[c] += state[d];
            state[b] = BitOperations.RotateLeft(state[b] ^ state[c], 12);
            state[a] += state[b];
            state[d] = BitOperations.RotateLeft(state[d] ^ state[a], 8);
            state[c] += state[d];
            state[b] = BitOperations.RotateLeft(state[b] ^ state[c], 7);
        }
    }
}

using System;
using System.Buffers.Binary;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>
/// Random numbers for address-space layout, AT_RANDOM and getrandom(2): ChaCha20 (RFC 8439) keyed by the CPU's own source, rekeyed with every block so that what was given out cannot
/// be found again from the state.
/// </summary>
public sealed class Randomness
{
    private const int BlockWords = 16;
    private const int KeyWords = 8;

    private readonly uint[] _key = new uint[KeyWords];
    private readonly uint[] _block = new uint[BlockWords];
    private readonly byte[] _bytes = new byte[BlockWords * sizeof(uint)];
    private ulong _counter;

    public Randomness()
    {
        Span<byte> seed = stackalloc byte[KeyWords * sizeof(uint)];
        IsSeeded = Entropy.TryFill(seed);
        if (!IsSeeded)
        {
            // No source: the clock is all there is. Programs still run; nothing secret may be made with this.
            BinaryPrimitives.WriteUInt64LittleEndian(seed, Clock.Now.Nanoseconds);
            BinaryPrimitives.WriteUInt64LittleEndian(seed[8..], Clock.CounterBase);
        }

        AddSeed(seed);
    }

    /// <summary>Whether a real source gave the key.</summary>
    public bool IsSeeded { get; private set; }

    /// <summary>Mixes in bytes of another source, such as the host's.</summary>
    public void AddEntropy(ReadOnlySpan<byte> bytes)
    {
        AddSeed(bytes);
        IsSeeded |= bytes.Length >= 16;
    }

    public ulong NextUInt64()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    public void Fill(Span<byte> destination)
    {
        // The first half of each block becomes the next key; the other half goes out.
        const int KeyBytes = KeyWords * sizeof(uint);
        while (!destination.IsEmpty)
        {
            MakeBlock();
            int length = Math.Min(KeyBytes, destination.Length);
            _bytes.AsSpan(KeyBytes, length).CopyTo(destination);
            destination = destination[length..];
            for (int i = 0; i < KeyWords; i++)
            {
                _key[i] = _block[i];
            }
        }

        Array.Clear(_bytes);
        Array.Clear(_block);
    }

    private void AddSeed(ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            _key[(i / sizeof(uint)) % KeyWords] ^= (uint)bytes[i] << (8 * (i % sizeof(uint)));
        }
    }

    private void MakeBlock()
    {
        Span<uint> state = stackalloc uint[BlockWords];
        state[0] = 0x61707865;
        state[1] = 0x3320646e;
        state[2] = 0x79622d32;
        state[3] = 0x6b206574;
        _key.CopyTo(state[4..]);
        state[12] = unchecked((uint)_counter);
        state[13] = (uint)(_counter >> 32);
        state[14] = 0;
        state[15] = 0;
        _counter++;
        state.CopyTo(_block);
        for (int round = 0; round < 10; round++)
        {
            Quarter(0, 4, 8, 12);
            Quarter(1, 5, 9, 13);
            Quarter(2, 6, 10, 14);
            Quarter(3, 7, 11, 15);
            Quarter(0, 5, 10, 15);
            Quarter(1, 6, 11, 12);
            Quarter(2, 7, 8, 13);
            Quarter(3, 4, 9, 14);
        }

        for (int i = 0; i < BlockWords; i++)
        {
            _block[i] = unchecked(_block[i] + state[i]);
            BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(i * sizeof(uint)), _block[i]);
        }
    }

    private void Quarter(int a, int b, int c, int d)
    {
        uint[] x = _block;
        unchecked
        {
            x[a] += x[b];
            x[d] = uint.RotateLeft(x[d] ^ x[a], 16);
            x[c] += x[d];
            x[b] = uint.RotateLeft(x[b] ^ x[c], 12);
            x[a] += x[b];
            x[d] = uint.RotateLeft(x[d] ^ x[a], 8);
            x[c] += x[d];
            x[b] = uint.RotateLeft(x[b] ^ x[c], 7);
        }
    }
}

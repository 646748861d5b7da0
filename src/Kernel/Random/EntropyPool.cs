using System;
using System.Buffers.Binary;
using Mote.Kernel.Logging;
using Mote.Machine;

namespace Mote.Kernel.Random;

/// <summary>
/// Random bytes for programs and the kernel: ChaCha20 with fast key erasure (the key is replaced before any output of it is given away, so a later look at
/// memory tells nothing about what was given). Seeded from the CPU at the start; devices mix theirs in when it comes. Allocates nothing after the start.
/// </summary>
public sealed class EntropyPool
{
    private const int SeedBytes = 32;

    private readonly KernelLog _log;
    private readonly uint[] _key = new uint[ChaCha20.KeyWords];
    private readonly byte[] _block = new byte[ChaCha20.BlockBytes];
    private bool _isWarned;

    /// <summary>Makes a pool, seeded from the CPU where it has random numbers.</summary>
    public EntropyPool(KernelLog log)
    {
        _log = log;
        Span<byte> seed = stackalloc byte[SeedBytes];
        if (Entropy.TryFill(seed))
        {
            Mix(seed);
        }
        else
        {
            // Not random, but not the same in every machine either; the warning comes when somebody draws before a device has mixed in.
            BinaryPrimitives.WriteUInt64LittleEndian(seed, Clock.Now.Nanoseconds);
            BinaryPrimitives.WriteUInt64LittleEndian(seed[8..], Clock.FrequencyHz);
            Stir(seed);
        }
    }

    /// <summary>Whether any real source of entropy has been mixed in.</summary>
    public bool IsSeeded { get; private set; }

    /// <summary>Mixes bytes of a real source in. What the pool knew is kept, so a source that lies makes nothing worse.</summary>
    public void Mix(ReadOnlySpan<byte> seed)
    {
        Stir(seed);
        IsSeeded = true;
    }

    /// <summary>Mixes bytes in that may be known to others, such as what a program writes to /dev/urandom: they do not count as a seed.</summary>
    public void Stir(ReadOnlySpan<byte> seed)
    {
        while (!seed.IsEmpty)
        {
            int count = Math.Min(seed.Length, SeedBytes);
            for (int i = 0; i < count; i++)
            {
                _key[i / 4] ^= (uint)seed[i] << (i % 4 * 8);
            }

            Rekey();
            seed = seed[count..];
        }
    }

    public ulong NextUInt64()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>Fills the buffer. Never fails: without any source the log says once that the numbers can be guessed.</summary>
    public void Fill(Span<byte> destination)
    {
        if (!IsSeeded && !_isWarned)
        {
            _isWarned = true;
            _log.Write("random: neither RDSEED, RDRAND nor virtio-rng is there: random numbers can be guessed");
        }

        // Half of each block is given away, the other half is the next key.
        while (!destination.IsEmpty)
        {
            Rekey();
            int count = Math.Min(destination.Length, ChaCha20.BlockBytes - SeedBytes);
            _block.AsSpan(SeedBytes, count).CopyTo(destination);
            destination = destination[count..];
        }

        _block.AsSpan().Clear();
    }

    private void Rekey()
    {
        ChaCha20.Block(_key, 0, _block);
        for (int i = 0; i < _key.Length; i++)
        {
            _key[i] = BinaryPrimitives.ReadUInt32LittleEndian(_block.AsSpan(i * 4));
        }
    }
}

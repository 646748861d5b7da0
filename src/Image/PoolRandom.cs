using System;
using System.Buffers.Binary;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Random;

namespace Mote.Image;

/// <summary>The stack's random numbers: the kernel's.</summary>
internal sealed class PoolRandom(EntropyPool pool) : NetRandom
{
    public override ulong Next()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        pool.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}

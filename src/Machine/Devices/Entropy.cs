using System;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Mote.Machine;

/// <summary>The CPU's own random numbers (RDSEED, RDRAND).</summary>
public static unsafe class Entropy
{
    /// <summary>Fills the buffer. False when the CPU has no such instruction or it keeps failing.</summary>
    public static bool TryFill(Span<byte> destination)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        while (!destination.IsEmpty)
        {
            ulong value = 0;
            if (MachineKind.IsHosted)
            {
                RandomNumberGenerator.Fill(destination);
                return true;
            }

            // SAFETY: the routine writes one word to the local.
            unsafe
            {
                if (Native.Random(&value) == 0)
                {
                    return false;
                }
            }

            BinaryPrimitives.WriteUInt64LittleEndian(word, value);
            int length = Math.Min(word.Length, destination.Length);
            word[..length].CopyTo(destination);
            destination = destination[length..];
        }

        return true;
    }
}

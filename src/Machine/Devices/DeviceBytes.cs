using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Mote.Machine;

/// <summary>
/// Accesses of one width to bytes that a device sees: each reads or writes memory exactly once, lies inside the range and is aligned to its size. The default value has no bytes.
/// None is inlined: the compiler keeps the order of volatile accesses but not their width, and reads one byte where a caller masks with 0xff, which virtio-mmio answers with zero
/// (VIRTIO 1.2, 4.2.2.2: registers are read 32 bits wide).
/// </summary>
internal readonly unsafe struct DeviceBytes
{
    private readonly byte* _start;
    private readonly int _length;

    /// <summary>The bytes must stay mapped for ever.</summary>
    internal DeviceBytes(byte* start, int length)
    {
        _start = start;
        _length = length;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal byte Read8(int offset)
    {
        // SAFETY: At lets only addresses of the range through, which stays mapped for ever. The same holds for the other accessors.
        unsafe
        {
            return Volatile.Read(ref *At(offset, 1));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal ushort Read16(int offset)
    {
        // SAFETY: as in Read8.
        unsafe
        {
            return Volatile.Read(ref *(ushort*)At(offset, 2));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal uint Read32(int offset)
    {
        // SAFETY: as in Read8.
        unsafe
        {
            return Volatile.Read(ref *(uint*)At(offset, 4));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Write8(int offset, byte value)
    {
        // SAFETY: as in Read8.
        unsafe
        {
            Volatile.Write(ref *At(offset, 1), value);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Write16(int offset, ushort value)
    {
        // SAFETY: as in Read8.
        unsafe
        {
            Volatile.Write(ref *(ushort*)At(offset, 2), value);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Write32(int offset, uint value)
    {
        // SAFETY: as in Read8.
        unsafe
        {
            Volatile.Write(ref *(uint*)At(offset, 4), value);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Write64(int offset, ulong value)
    {
        // SAFETY: as in Read8.
        unsafe
        {
            Volatile.Write(ref *(ulong*)At(offset, 8), value);
        }
    }

    private byte* At(int offset, int size)
    {
        if (unchecked((uint)offset) > (uint)(_length - size) || (offset & (size - 1)) != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(offset));
        }

        return _start + offset;
    }
}

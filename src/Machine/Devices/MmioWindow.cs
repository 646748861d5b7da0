using System;
using System.Threading;

namespace Mote.Machine;

/// <summary>
/// A device's registers, uncached. Only addresses that are not RAM can be claimed, so writing a register cannot write memory; every access is
/// checked against the window and must be aligned to its size.
/// </summary>
public sealed unsafe class MmioWindow
{
    private readonly byte* _start;

    private MmioWindow(byte* start, int length)
    {
        _start = start;
        Length = length;
    }

    /// <summary>Bytes of the window.</summary>
    public int Length { get; }

    /// <summary>Maps a window. False when any part of it is RAM or the kernel's own interrupt controllers, or memory is short.</summary>
    public static bool TryClaim(PhysAddr start, int length, out MmioWindow? window)
    {
        window = null;
        if (length <= 0 || MachineKind.IsHosted || start.Value >= 1UL << 46 || !DeviceSpace.IsFree(start.Value, (ulong)length))
        {
            return false;
        }

        ulong mapped = KernelAddressSpace.MapDevice(start, (ulong)length);
        if (mapped == 0)
        {
            return false;
        }

        window = new MmioWindow((byte*)mapped, length);
        return true;
    }

    public byte Read8(int offset)
    {
        Check(offset, 1);

        // SAFETY: checked to lie inside the window, which stays mapped for ever. The same holds for the other accessors.
        unsafe
        {
            return Volatile.Read(ref _start[offset]);
        }
    }

    public ushort Read16(int offset)
    {
        Check(offset, 2);
        unsafe
        {
            // SAFETY: as in Read8.
            return Volatile.Read(ref *(ushort*)(_start + offset));
        }
    }

    public uint Read32(int offset)
    {
        Check(offset, 4);
        unsafe
        {
            // SAFETY: as in Read8.
            return Volatile.Read(ref *(uint*)(_start + offset));
        }
    }

    public void Write8(int offset, byte value)
    {
        Check(offset, 1);
        unsafe
        {
            // SAFETY: as in Read8.
            Volatile.Write(ref _start[offset], value);
        }
    }

    public void Write16(int offset, ushort value)
    {
        Check(offset, 2);
        unsafe
        {
            // SAFETY: as in Read8.
            Volatile.Write(ref *(ushort*)(_start + offset), value);
        }
    }

    public void Write32(int offset, uint value)
    {
        Check(offset, 4);
        unsafe
        {
            // SAFETY: as in Read8.
            Volatile.Write(ref *(uint*)(_start + offset), value);
        }
    }

    private void Check(int offset, int size)
    {
        if (unchecked((uint)offset) > (uint)(Length - size) || (offset & (size - 1)) != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(offset));
        }
    }
}

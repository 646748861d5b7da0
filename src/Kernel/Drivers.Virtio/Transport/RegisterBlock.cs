namespace Mote.Kernel.Drivers.Virtio;

/// <summary>A device's registers, little-endian. Offsets are the driver's constants, aligned to the access; a fake device of a test derives from it.</summary>
public abstract class RegisterBlock
{
    /// <summary>Bytes of the block; accesses must lie inside.</summary>
    public abstract int Length { get; }

    public abstract byte Read8(int offset);

    public abstract ushort Read16(int offset);

    public abstract uint Read32(int offset);

    public abstract void Write8(int offset, byte value);

    public abstract void Write16(int offset, ushort value);

    public abstract void Write32(int offset, uint value);

    /// <summary>Two 32-bit halves, the low one first (VIRTIO 1.2, 4.1.3.1 and 4.2.2: 64-bit fields are accessed so).</summary>
    public void Write64(int offset, ulong value)
    {
        Write32(offset, (uint)(value & uint.MaxValue));
        Write32(offset + 4, (uint)(value >> 32));
    }
}

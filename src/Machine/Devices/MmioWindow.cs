namespace Mote.Machine;

/// <summary>
/// A device's registers, uncached. Only addresses that are not RAM can be claimed, so writing a register cannot write memory; every access is
/// checked against the window and must be aligned to its size.
/// </summary>
public sealed unsafe class MmioWindow
{
    private readonly DeviceBytes _bytes;

    private MmioWindow(byte* start, int length)
    {
        _bytes = new DeviceBytes(start, length); // devices stay mapped for ever
        Length = length;
    }

    /// <summary>Bytes of the window.</summary>
    public int Length { get; }

    /// <summary>
    /// Maps a window. False when any part of it lies beyond the CPU's physical addresses, is RAM or the kernel's own interrupt controllers,
    /// or memory is short.
    /// </summary>
    public static bool TryClaim(PhysAddr start, int length, out MmioWindow? window)
    {
        window = null;
        if (length <= 0 || MachineKind.IsHosted || !DeviceSpace.IsFree(start.Value, (ulong)length))
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

    public byte Read8(int offset) => _bytes.Read8(offset);

    public ushort Read16(int offset) => _bytes.Read16(offset);

    public uint Read32(int offset) => _bytes.Read32(offset);

    public void Write8(int offset, byte value) => _bytes.Write8(offset, value);

    public void Write16(int offset, ushort value) => _bytes.Write16(offset, value);

    public void Write32(int offset, uint value) => _bytes.Write32(offset, value);
}

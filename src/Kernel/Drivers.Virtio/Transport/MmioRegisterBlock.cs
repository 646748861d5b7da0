using Mote.Machine;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>Registers of a real device.</summary>
public sealed class MmioRegisterBlock(MmioWindow window) : RegisterBlock
{
    public override int Length => window.Length;

    public override byte Read8(int offset) => window.Read8(offset);

    public override ushort Read16(int offset) => window.Read16(offset);

    public override uint Read32(int offset) => window.Read32(offset);

    public override void Write8(int offset, byte value) => window.Write8(offset, value);

    public override void Write16(int offset, ushort value) => window.Write16(offset, value);

    public override void Write32(int offset, uint value) => window.Write32(offset, value);
}

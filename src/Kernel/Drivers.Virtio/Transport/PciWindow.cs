namespace Mote.Kernel.Drivers.Virtio;

/// <summary>A part of a base address window, as a capability states it. A length of zero: the capability was not there.</summary>
internal readonly record struct PciWindow(int Bar, uint Offset, uint Length)
{
    internal bool IsPresent => Length != 0;
}

using System;

namespace Mote.Machine;

/// <summary>Physical memory through the direct map, as far as that reaches.</summary>
internal sealed unsafe class DirectMapBytes : PhysicalBytes
{
    public override bool TryRead(ulong address, Span<byte> destination)
    {
        if (address >= KernelAddressSpace.DirectMapEnd || (ulong)destination.Length > KernelAddressSpace.DirectMapEnd - address)
        {
            return false;
        }

        // SAFETY: the direct map covers these addresses; what lies there is only copied.
        unsafe
        {
            new ReadOnlySpan<byte>(PhysicalMemory.Window(new PhysAddr(address)), destination.Length).CopyTo(destination);
        }

        return true;
    }
}

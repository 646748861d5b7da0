using System;

namespace Mote.Machine;

/// <summary>
/// Makes the RAM that a loader handed over the kernel's: all of it visible, and what nobody uses given to the allocator of frames. A
/// machine that cannot be run on is refused by name.
/// </summary>
internal sealed class BootMemory
{
    private const ulong ImageStart = 0x20_0000;

    private readonly LoaderHandover _handover;

    private BootMemory(LoaderHandover handover) => _handover = handover;

    internal static BootMemory Read(ulong startInfo, ulong heapEnd)
    {
        MemoryRange image = new(ImageStart, heapEnd - KernelAddressSpace.ImageBase);
        string? fault = LoaderHandover.Read(new DirectMapBytes(), startInfo, image, FrameTable.Limit, out LoaderHandover? handover);
        if (fault != null)
        {
            BootRefusal.Refuse(fault);
        }

        return new BootMemory(handover!);
    }

    /// <summary>Makes all RAM visible in the direct map. The tables for that lie where the boot code's own map reaches.</summary>
    internal void ExtendDirectMap()
    {
        ulong bytes = KernelAddressSpace.DirectMapTableBytes(_handover.End);
        ulong tables = bytes == 0 ? 0 : _handover.Memory.Take(bytes, KernelAddressSpace.DirectMapEnd);
        if (bytes != 0 && tables == 0)
        {
            RefuseSize($"the page tables of {_handover.End >> 20} MiB");
        }

        KernelAddressSpace.ExtendDirectMap(_handover.End, tables);
    }

    /// <summary>
    /// Gives the RAM that is left to the allocator of frames, whose table is taken from it, and keeps drivers away from all RAM. The lowest
    /// memory comes last, which is searched first: there are devices
    /// that reach no other.
    /// </summary>
    internal void StartFrames()
    {
        foreach (MemoryRange range in _handover.Ram)
        {
            DeviceSpace.Reserve(range.Start, range.End);
        }

        uint frames = (uint)(_handover.End >> PageSize.Shift);
        ulong table = _handover.Memory.Take(FrameTable.TableBytes(frames), ulong.MaxValue);
        if (table == 0)
        {
            RefuseSize("the table of its pages");
        }

        FrameTable.Initialize(new PhysAddr(table), frames);
        ReadOnlySpan<MemoryRange> ranges = _handover.Memory.Ranges;
        for (int i = ranges.Length - 1; i >= 0; i--)
        {
            FrameTable.AddRegion((uint)(ranges[i].Start >> PageSize.Shift), (uint)(ranges[i].End >> PageSize.Shift));
        }
    }

    /// <summary>Keeps the module and the command line for the kernel's use.</summary>
    internal void Publish()
    {
        MemoryRange module = _handover.Module, line = _handover.CommandLine;
        FrameTable.MarkBootModule((uint)(module.Start >> PageSize.Shift), (uint)(PageSize.RoundUp(module.End) >> PageSize.Shift));
        BootInfo.Set(new PhysAddr(module.Start), module.Bytes, new PhysAddr(line.Start), (int)line.Bytes);
        BootInfo.RootPointer = new PhysAddr(_handover.RootPointer);
    }

    private static void RefuseSize(string purpose) =>
        BootRefusal.Refuse($"the machine has too little memory for {purpose}: give it more (mote run --memory, QEMU -m)");
}

using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Memory;

// Sizes for /proc, counted when somebody asks.
public sealed partial class MemoryMap
{
    /// <summary>What of all areas is in memory.</summary>
    public ResidentSizes MeasureResident()
    {
        ResidentSizes all = default;
        for (Area? area = First; area != null; area = Next(area))
        {
            all.Add(MeasureResident(area));
        }

        return all;
    }

    /// <summary>What of an area is in memory. The page of zeros that stands for memory never written is none, nor are the kernel's own pages for programs.</summary>
    public ResidentSizes MeasureResident(Area area)
    {
        ResidentSizes sizes = default;
        if ((area.Flags & AreaFlags.Vvar) != 0)
        {
            return sizes;
        }

        bool isMemoryOnly = area.File == null || area.File.Inode.FileSystem.TypeName == "tmpfs";
        VirtAddr from = area.Start;
        while (Space.TryFindMapped(from, area.End, out VirtAddr page, out PageEntry entry))
        {
            from = page + PageBits.Size;
            if (entry.Frame == _zero)
            {
                continue;
            }

            bool isOwn = !IsSourcePage(area, page, entry.Frame);
            sizes.Anonymous += isOwn ? PageBits.Size : 0;
            sizes.Shared += !isOwn && isMemoryOnly ? PageBits.Size : 0;
            sizes.File += !isOwn && !isMemoryOnly ? PageBits.Size : 0;
            sizes.Dirty += isOwn || entry.IsDirty ? PageBits.Size : 0;
            sizes.Huge += entry.IsHuge ? PageBits.Size : 0;
            sizes.Referenced += entry.IsAccessed ? PageBits.Size : 0;
        }

        sizes.Locked = (area.Flags & AreaFlags.Locked) != 0 ? sizes.Total : 0;
        return sizes;
    }

    /// <summary>What the areas are for.</summary>
    public MappedSizes MeasureMapped()
    {
        ulong data = 0;
        ulong stack = 0;
        ulong code = 0;
        for (Area? area = First; area != null; area = Next(area))
        {
            bool isWritable = (area.Protection & PageAccess.Write) != 0;
            if ((area.Flags & AreaFlags.GrowsDown) != 0)
            {
                stack += area.Length;
            }
            else if (isWritable && !area.IsShared)
            {
                data += area.Length;
            }
            else if (!isWritable && (area.Protection & PageAccess.Execute) != 0)
            {
                code += area.Length;
            }
        }

        return new MappedSizes(data, stack, code);
    }

    /// <summary>Whether a frame is the source's own rather than a private copy.</summary>
    private static bool IsSourcePage(Area area, VirtAddr page, Frame frame)
    {
        if (area.Source == null || area.IsShared)
        {
            return area.Source != null;
        }

        Result<Frame> source = PeekSourcePage(area, page);
        return source.IsOk && source.Value == frame;
    }
}

using System;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Memory;

// Files that lose pages while they are mapped.
public sealed partial class MemoryMap
{
    /// <summary>A file has become shorter: pages wholly behind its end are no longer mapped, private copies included; touching them is SIGBUS (mmap(2)).</summary>
    public void DropBehind(PageSource source, ulong length)
    {
        ulong kept = PageBits.Up(length) >> PageBits.Shift;
        for (Area? area = First; area != null; area = Next(area))
        {
            if (area.Source == source && area.SourcePage + (area.Length >> PageBits.Shift) > kept)
            {
                ulong offset = kept > area.SourcePage ? (kept - area.SourcePage) << PageBits.Shift : 0;
                Space.Unmap(area.Start + offset, area.Length - offset);
            }
        }
    }

    /// <summary>Pages of a file were replaced: shared mappings take the new ones when they are next touched. What private mappings copied is theirs.</summary>
    public void DropPages(PageSource source, ulong firstPage, ulong endPage)
    {
        for (Area? area = First; area != null; area = Next(area))
        {
            ulong first = Math.Max(firstPage, area.SourcePage);
            ulong end = Math.Min(endPage, area.SourcePage + (area.Length >> PageBits.Shift));
            if (area.Source == source && area.IsShared && first < end)
            {
                Space.Unmap(area.Start + ((first - area.SourcePage) << PageBits.Shift), (end - first) << PageBits.Shift);
            }
        }
    }

    /// <summary>msync(2): what was written is clean now, so that the next write moves the file's times again, on file systems that write back.</summary>
    public void Clean(VirtAddr start, ulong length) => ForEach(start, length, static (map, area, low, high) => map.Clean(area, low, high));

    /// <summary>fsync(2): the same for all of a file.</summary>
    public void Clean(PageSource source)
    {
        for (Area? area = First; area != null; area = Next(area))
        {
            if (area.Source == source)
            {
                Clean(area, area.Low, area.High);
            }
        }
    }

    private void Clean(Area area, ulong low, ulong high)
    {
        if (area.MayWriteSource && area.File != null && area.File.Inode.FileSystem.WritesBack)
        {
            Space.Protect(new VirtAddr(low), high - low, area.Access & ~PageAccess.Write, keepReadOnly: true);
        }
    }

    /// <summary>MADV_REMOVE: makes a hole in what a shared mapping shows. EINVAL (locked, or nothing to remove from), EACCES (private or read-only), EOPNOTSUPP.</summary>
    private Errno Remove(Area area, ulong low, ulong high)
    {
        if ((area.Flags & AreaFlags.Locked) != 0 || area.Source == null)
        {
            return Errno.EINVAL;
        }

        if (!area.IsShared || (area.Protection & PageAccess.Write) == 0)
        {
            return Errno.EACCES;
        }

        ulong first = area.SourcePageAt(low);
        ulong end = first + ((high - low) >> PageBits.Shift);
        Errno error = area.Source.Discard(first, end);
        if (error == Errno.None)
        {
            DropPages(area.Source, first, end);
        }

        return error;
    }
}

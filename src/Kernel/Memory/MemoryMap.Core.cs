using System;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Memory;

// What a core file holds of the areas, and their pages as it holds them (vma_dump_size in Linux's fs/coredump.c). Nothing here changes
// the map.
public sealed partial class MemoryMap
{
    private static ReadOnlySpan<byte> ElfMagic => [0x7f, (byte)'E', (byte)'L', (byte)'F'];

    /// <summary>Bytes from the area's start that are kept: all, one page or none.</summary>
    public ulong CoreBytesOf(Area area, CoreFilter filter)
    {
        if ((area.Flags & AreaFlags.Vdso) != 0)
        {
            return area.Length;
        }

        if ((area.Flags & (AreaFlags.Vvar | AreaFlags.DontDump)) != 0)
        {
            return 0;
        }

        if (area.IsShared)
        {
            CoreFilter kind = area.File == null || HasNoName(area) ? CoreFilter.AnonymousShared : CoreFilter.FileShared;
            return (filter & kind) != 0 ? area.Length : 0;
        }

        bool isWhole = (filter & CoreFilter.FilePrivate) != 0 && area.File != null;
        if (isWhole || ((filter & CoreFilter.AnonymousPrivate) != 0 && HasOwnPage(area)))
        {
            return area.Length;
        }

        return (filter & CoreFilter.ElfHeaders) != 0 && BeginsAsElf(area) ? PageBits.Size : 0;
    }

    /// <summary>
    /// The first page of [<paramref name="from"/>, <paramref name="end"/>), within an area, that may hold something other than zeros.
    /// False when there is none.
    /// </summary>
    public bool TryFindContent(Area area, VirtAddr from, VirtAddr end, out VirtAddr page)
    {
        page = from;
        return area.Source != null ? from.Value < end.Value : Space.TryFindMapped(from, end, out page, out _);
    }

    /// <summary>
    /// Copies a page of an area as the program would find it, whatever it may do with it. False where its source has no page: past the
    /// end of a file.
    /// </summary>
    public bool TryReadPage(Area area, VirtAddr page, Span<byte> to)
    {
        Frame frame = PageOf(area, page);
        if (frame.IsNone)
        {
            return false;
        }

        frame.Read(0, to);
        return true;
    }

    private static bool HasNoName(Area area)
    {
        area.File!.Inode.GetAttributes(out InodeAttributes attributes);
        return attributes.Links == 0;
    }

    private bool HasOwnPage(Area area)
    {
        VirtAddr from = area.Start;
        while (Space.TryFindMapped(from, area.End, out VirtAddr page, out PageEntry entry))
        {
            if (IsOwnPage(area, page, entry.Frame))
            {
                return true;
            }

            from = page + PageBits.Size;
        }

        return false;
    }

    private bool BeginsAsElf(Area area)
    {
        if (area.Source == null || area.SourcePage != 0 || (area.Protection & PageAccess.Read) == 0)
        {
            return false;
        }

        Frame frame = PageOf(area, area.Start);
        Span<byte> magic = stackalloc byte[ElfMagic.Length];
        if (frame.IsNone)
        {
            return false;
        }

        frame.Read(0, magic);
        return magic.SequenceEqual(ElfMagic);
    }
}

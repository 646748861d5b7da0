using Mote.Abi.Linux;
using Mote.Kernel.Memory;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

// mmap(2) and remap_file_pages(2), with errors in the order of Linux's ksys_mmap_pgoff and do_mmap.
public sealed partial class MemoryCalls
{
    private Result<long> Map(in SyscallArguments a)
    {
        MapFlags flags = (MapFlags)a.Int3;
        bool isAnonymous = (flags & MapFlags.Anonymous) != 0;
        if ((a.A5 & PageMask) != 0)
        {
            return Errno.EINVAL;
        }

        OpenFile? file = isAnonymous ? null : a.Process.Files.Get(a.Int4);
        if (!isAnonymous && (file == null || file.IsPathOnly))
        {
            return Errno.EBADF;
        }

        if ((flags & MapFlags.HugeTable) != 0 || a.A1 == 0)
        {
            return Errno.EINVAL;
        }

        Errno error = CheckPlace(in a, flags, file);
        if (error != Errno.None)
        {
            return error;
        }

        AreaFlags kind = ((flags & MapFlags.Locked) != 0 ? AreaFlags.Locked : 0) | a.Process.Memory.FutureFlags;
        if ((kind & AreaFlags.Locked) != 0)
        {
            error = (flags & MapFlags.Locked) != 0 && !MayLock(in a) ? Errno.EPERM : CheckLock(in a, RoundUp(a.A1));
        }

        // file_mmap_ok: what a file could never have.
        bool isBehind = file != null && file.Inode.Type == FileType.Regular && a.A5 > long.MaxValue - RoundUp(a.A1);
        error = error == Errno.None && isBehind ? Errno.EOVERFLOW : error;
        error = error == Errno.None ? CheckKind(flags, a.Int2, file, ref kind) : error;
        return error != Errno.None ? error : MapChecked(in a, flags, kind, file);
    }

    /// <summary>The length and where the mapping shall be. Below the lowest address nobody may map, CAP_SYS_RAWIO or not: null pointers must fault.</summary>
    private static Errno CheckPlace(in SyscallArguments a, MapFlags flags, OpenFile? file)
    {
        ulong length = RoundUp(a.A1);
        if (length == 0)
        {
            return Errno.ENOMEM;
        }

        if (unchecked((a.A5 >> 12) + (length >> 12)) >= 1UL << 52)
        {
            return file == null ? Errno.None : Errno.EOVERFLOW;
        }

        if (length > VirtAddr.UserEnd.Value)
        {
            return Errno.ENOMEM;
        }

        if ((flags & (MapFlags.Fixed | MapFlags.FixedNoReplace)) == 0)
        {
            return Errno.None;
        }

        return a.A0 > VirtAddr.UserEnd.Value - length ? Errno.ENOMEM
            : (a.A0 & PageMask) != 0 ? Errno.EINVAL
            : a.A0 < MemoryMap.LowestAddress ? Errno.EPERM
            : (flags & MapFlags.FixedNoReplace) != 0 && !a.Process.Memory.IsFree(a.Address0, length) ? Errno.EEXIST
            : Errno.None;
    }

    /// <summary>Type, flags and protection beside what the file allows.</summary>
    private static Errno CheckKind(MapFlags flags, int protection, OpenFile? file, ref AreaFlags kind)
    {
        MapFlags type = flags & MapFlags.TypeMask;
        bool grows = (flags & MapFlags.GrowsDown) != 0;
        bool writes = (protection & 2) != 0;
        kind |= (flags & MapFlags.NoReserve) != 0 ? AreaFlags.NoReserve : 0;
        if (type is not (MapFlags.Shared or MapFlags.Private) && (type != MapFlags.SharedValidate || file == null))
        {
            return Errno.EINVAL;
        }

        if (type == MapFlags.SharedValidate && (flags & ~MapFlags.Validated) != 0)
        {
            return Errno.EOPNOTSUPP; // MAP_SYNC too: there is no memory that keeps its contents
        }

        bool isShared = type != MapFlags.Private;
        kind |= isShared ? AreaFlags.Shared : AreaFlags.None;
        if (file == null)
        {
            kind |= grows ? AreaFlags.GrowsDown : AreaFlags.None;
            return grows && isShared ? Errno.EINVAL : Errno.None;
        }

        if (!file.CanRead || (isShared && writes && !file.CanWrite))
        {
            return Errno.EACCES;
        }

        if (file.Pages == null && !file.MapsZeros)
        {
            return file.MapError;
        }

        if (grows)
        {
            return Errno.EINVAL;
        }

        if ((flags & MapFlags.Synchronous) != 0 && file.Inode.FileSystem.WritesBack)
        {
            return Errno.EOPNOTSUPP; // as ext4 on a disk; tmpfs does not look at it
        }

        if (!isShared || file.MapsZeros)
        {
            return Errno.None;
        }

        // A sealed file can be shared for reading, for good (seal_check_write).
        kind |= file.CanWrite && file.Pages!.IsWritable ? AreaFlags.None : AreaFlags.NeverWritable;
        return writes && !file.Pages!.IsWritable ? Errno.EPERM : Errno.None;
    }

    private Result<long> MapChecked(in SyscallArguments a, MapFlags flags, AreaFlags kind, OpenFile? file)
    {
        const int Known = ProtectionKnown;
        MemoryMap memory = a.Process.Memory;
        bool isFresh = (kind & AreaFlags.Shared) != 0 && (file == null || file.MapsZeros);
        PageSource? source = isFresh ? new SharedMemory(a.A1) : file?.Pages;
        Result<VirtAddr> mapped = memory.Map(new MapRequest
        {
            Address = a.Address0,
            Length = a.A1,
            Placement = PlacementOf(flags),
            Protection = (PageAccess)(a.Int2 & Known),
            Flags = kind,
            Source = source,
            SourcePage = source == null || isFresh ? 0 : a.A5 >> 12,
            File = file,
        });
        if (!mapped.TryGet(out VirtAddr start))
        {
            return mapped.Error;
        }

        if (file != null && (file.Flags & OpenFlags.NoAccessTime) == 0)
        {
            file.Inode.Touch(); // file_accessed, which every file system's mmap calls
        }

        ulong length = RoundUp(a.A1);
        if ((kind & AreaFlags.Locked) != 0)
        {
            _ = memory.PopulateLocked(start, length); // what cannot be had is no error (mmap(2), MAP_LOCKED)
        }
        else if ((flags & (MapFlags.Populate | MapFlags.NonBlock)) == MapFlags.Populate && (a.Int2 & Known) != 0)
        {
            _ = memory.Populate(start, length, (a.Int2 & 2) != 0 ? PageAccess.Write : PageAccess.Read);
        }

        return (long)start.Value;
    }

    /// <summary>remap_file_pages(2), which Linux emulates: the range of a shared mapping becomes a mapping of its own of another part of the file.</summary>
    private Result<long> RemapPages(in SyscallArguments a)
    {
        ulong start = a.A0 & ~PageMask;
        ulong size = a.A1 & ~PageMask;
        MemoryMap memory = a.Process.Memory;
        if (a.A2 != 0 || unchecked(start + size) <= start || unchecked(a.A3 + (size >> 12)) < a.A3 || !VirtAddr.IsUserRange(new VirtAddr(start), size)
            || memory.Find(new VirtAddr(start)) is not { IsShared: true, Source: not null } area || !memory.IsAlike(area, new VirtAddr(start), size))
        {
            return Errno.EINVAL;
        }

        if (a.A3 + (size >> 12) >= 1UL << 51)
        {
            return Errno.EOVERFLOW;
        }

        if (memory.IsSealed(new VirtAddr(start), size))
        {
            return Errno.EPERM;
        }

        OpenFile? file = area.File;
        PageAccess protection = area.Protection;
        file?.AddReference();
        Result<VirtAddr> mapped = memory.Map(new MapRequest
        {
            Address = new VirtAddr(start),
            Length = size,
            Placement = MapPlacement.Fixed,
            Protection = protection,
            Flags = area.Flags,
            Source = area.Source,
            SourcePage = a.A3,
            File = file,
        });
        file?.Release();
        if (mapped.IsOk && protection != PageAccess.None && (a.Int4 & (int)MapFlags.NonBlock) == 0)
        {
            _ = memory.Populate(mapped.Value, size, PageAccess.Read);
        }

        return mapped.IsOk ? 0 : mapped.Error;
    }

    private static MapPlacement PlacementOf(MapFlags flags) =>
        (flags & MapFlags.FixedNoReplace) != 0 ? MapPlacement.FixedNoReplace
        : (flags & MapFlags.Fixed) != 0 ? MapPlacement.Fixed
        : (flags & MapFlags.Low32Bit) != 0 ? MapPlacement.Low
        : MapPlacement.Hint;
}

using System;
using Mote.Abi.Linux;
using Mote.Kernel.Memory;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

/// <summary>The mmap family: memory that a program maps, protects, moves and gives back.</summary>
public sealed partial class MemoryCalls
{
    private const ulong PageMask = 4095;
    private const int ProtectionKnown = 7;
    private const int ProtectionSemaphore = 8;
    private const int ProtectionGrowsDown = 0x0100_0000;

    private readonly byte[] _residence = new byte[512];

    /// <summary>Adds the family to the table.</summary>
    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.Mmap, Map, "MAP_HUGETLB is EINVAL; MAP_LOCKED and MAP_POPULATE fill what they can");
        table.Add(SyscallNumber.Munmap, Unmap);
        table.Add(SyscallNumber.Mprotect, Protect);
        table.Add(SyscallNumber.Mremap, Remap);
        table.Add(SyscallNumber.Madvise, Advise, "MADV_FREE frees at once, paging hints do nothing");
        table.Add(SyscallNumber.Brk, Break);
        table.Add(SyscallNumber.Mincore, DescribeResidence);
        table.Add(SyscallNumber.Msync, Sync);
        AddLocks(table);
        table.Add(SyscallNumber.Mseal, Seal);
        table.Refuse(SyscallNumber.PkeyAlloc, NoSpace, "the CPU's protection keys are not used: ENOSPC");
        table.Refuse(SyscallNumber.PkeyMprotect, Invalid, "there are no protection keys: EINVAL");
        table.Refuse(SyscallNumber.PkeyFree, Invalid, "there are no protection keys: EINVAL");
        table.Refuse(SyscallNumber.Userfaultfd, Missing, "ENOSYS");
        table.Refuse(SyscallNumber.Mbind, Missing, "one memory node: ENOSYS");
        table.Refuse(SyscallNumber.GetMempolicy, Missing, "one memory node: ENOSYS");
        table.Refuse(SyscallNumber.SetMempolicy, Missing, "one memory node: ENOSYS");
    }

    private Result<long> Map(in SyscallArguments a)
    {
        MapFlags flags = (MapFlags)a.Int3;
        int protection = a.Int2;
        ulong offset = a.A5;
        ulong length = a.A1;
        MapFlags type = flags & MapFlags.TypeMask;
        bool isAnonymous = (flags & MapFlags.Anonymous) != 0;
        if ((offset & PageMask) != 0 || length == 0 || type is not (MapFlags.Shared or MapFlags.Private or MapFlags.SharedValidate)
            || (flags & MapFlags.HugeTable) != 0 || (isAnonymous && type == MapFlags.SharedValidate))
        {
            return Errno.EINVAL;
        }

        if (type == MapFlags.SharedValidate && (flags & ~MapFlags.Validated) != 0)
        {
            return Errno.EOPNOTSUPP; // MAP_SYNC too: there is no memory that keeps its contents
        }

        if (length > VirtAddr.UserEnd.Value)
        {
            return Errno.ENOMEM;
        }

        bool isShared = type != MapFlags.Private;
        AreaFlags kind = AreaFlags.None;
        PageSource? source = null;
        OpenFile? file = null;
        if (!isAnonymous)
        {
            file = a.Process.Files.Get(a.Int4);
            Errno error = CheckFile(file, isShared, (protection & 2) != 0, ref kind);
            if (error != Errno.None)
            {
                return error;
            }

            source = file!.Pages;
            if (unchecked(offset + length) < offset)
            {
                return Errno.EOVERFLOW;
            }
        }
        else if (isShared)
        {
            source = new SharedMemory(length);
            offset = 0;
        }

        if (source == null)
        {
            offset = 0;
        }

        kind |= (isShared ? AreaFlags.Shared : 0)
            | ((flags & MapFlags.GrowsDown) != 0 && isAnonymous && !isShared ? AreaFlags.GrowsDown : 0)
            | ((flags & MapFlags.NoReserve) != 0 ? AreaFlags.NoReserve : 0)
            | ((flags & MapFlags.Locked) != 0 ? AreaFlags.Locked : 0) | a.Process.Memory.FutureFlags;
        MemoryMap memory = a.Process.Memory;
        if ((kind & AreaFlags.Locked) != 0)
        {
            Errno refused = CheckLock(in a, length, Errno.EAGAIN);
            if (refused != Errno.None)
            {
                return refused;
            }
        }

        Result<VirtAddr> mapped = memory.Map(new MapRequest
        {
            Address = a.Address0,
            Length = length,
            Placement = PlacementOf(flags),
            Protection = (PageAccess)(protection & ProtectionKnown),
            Flags = kind,
            Source = source,
            SourcePage = offset >> 12,
            File = file,
        });
        if (!mapped.TryGet(out VirtAddr start))
        {
            return mapped.Error;
        }

        bool populates = (flags & (MapFlags.Populate | MapFlags.Locked)) != 0 || ((kind & AreaFlags.Locked) != 0 && !_locksOnFault);
        if (populates && (protection & ProtectionKnown) != 0)
        {
            PageAccess wanted = (protection & 2) != 0 ? PageAccess.Write : PageAccess.Read;
            _ = memory.Populate(start, (length + PageMask) & ~PageMask, wanted);
        }

        return (long)start.Value;
    }

    private static Errno CheckFile(OpenFile? file, bool isShared, bool writes, ref AreaFlags kind)
    {
        if (file == null || file.IsPathOnly)
        {
            return Errno.EBADF;
        }

        if (!file.CanRead || (isShared && writes && !file.CanWrite))
        {
            return Errno.EACCES;
        }

        if (file.Pages == null)
        {
            return Errno.ENODEV;
        }

        if (isShared && !file.CanWrite)
        {
            kind |= AreaFlags.NeverWritable;
        }

        return isShared && writes && !file.Pages.IsWritable ? Errno.EACCES : Errno.None;
    }

    private static MapPlacement PlacementOf(MapFlags flags) =>
        (flags & MapFlags.FixedNoReplace) != 0 ? MapPlacement.FixedNoReplace
        : (flags & MapFlags.Fixed) != 0 ? MapPlacement.Fixed
        : (flags & MapFlags.Low32Bit) != 0 ? MapPlacement.Low
        : MapPlacement.Hint;

    /// <summary>Rounds a range to pages. EINVAL for a start within a page, ENOMEM for one outside of the program's half.</summary>
    private static Errno CheckRange(VirtAddr start, ulong length, out ulong rounded)
    {
        rounded = unchecked((length + PageMask) & ~PageMask);
        if (!start.IsPageAligned)
        {
            return Errno.EINVAL;
        }

        return rounded < length || !VirtAddr.IsUserRange(start, rounded) ? Errno.ENOMEM : Errno.None;
    }

    private Result<long> Unmap(in SyscallArguments a)
    {
        if (CheckRange(a.Address0, a.A1, out ulong length) != Errno.None || length == 0)
        {
            return Errno.EINVAL;
        }

        if (a.Process.Memory.IsSealed(a.Address0, length))
        {
            return Errno.EPERM;
        }

        a.Process.Memory.Unmap(a.Address0, length);
        return 0;
    }

    private Result<long> Protect(in SyscallArguments a)
    {
        Errno error = CheckRange(a.Address0, a.A1, out ulong length);
        if (error != Errno.None)
        {
            return error;
        }

        if ((a.Int2 & ~(ProtectionKnown | ProtectionSemaphore | ProtectionGrowsDown)) != 0)
        {
            return Errno.EINVAL; // PROT_GROWSUP too: nothing grows upwards on x86
        }

        VirtAddr start = a.Address0;
        if ((a.Int2 & ProtectionGrowsDown) != 0 && length != 0)
        {
            Area? area = a.Process.Memory.Find(start);
            if (area == null || (area.Flags & AreaFlags.GrowsDown) == 0)
            {
                return area == null ? Errno.ENOMEM : Errno.EINVAL;
            }

            length += start - area.Start;
            start = area.Start;
        }

        return Of(a.Process.Memory.Protect(start, length, (PageAccess)(a.Int2 & ProtectionKnown)));
    }

    private Result<long> Remap(in SyscallArguments a)
    {
        if (a.A1 > VirtAddr.UserEnd.Value || a.A2 > VirtAddr.UserEnd.Value)
        {
            return Errno.EINVAL;
        }

        Result<VirtAddr> moved = a.Process.Memory.Remap(a.Address0, a.A1, a.A2, (RemapFlags)a.Int3, a.Address4);
        return moved.TryGet(out VirtAddr address) ? (long)address.Value : moved.Error;
    }

    private Result<long> Advise(in SyscallArguments a)
    {
        if (CheckRange(a.Address0, a.A1, out ulong length) != Errno.None)
        {
            return Errno.EINVAL;
        }

        return Of(a.Process.Memory.Advise(a.Address0, length, (MemoryAdvice)a.Int2));
    }

    private Result<long> Break(in SyscallArguments a) => (long)a.Process.Memory.SetBreak(a.Address0).Value;

    private Result<long> DescribeResidence(in SyscallArguments a)
    {
        Errno error = CheckRange(a.Address0, a.A1, out ulong length);
        if (error != Errno.None)
        {
            return error;
        }

        ulong pages = length >> 12;
        for (ulong done = 0; done < pages;)
        {
            Span<byte> part = _residence.AsSpan(0, (int)Math.Min((ulong)_residence.Length, pages - done));
            error = a.Process.Memory.DescribeResidence(a.Address0 + (done << 12), part);
            if (error != Errno.None)
            {
                return error;
            }

            if (a.Space.Write(a.Address2 + done, part) != part.Length)
            {
                return Errno.EFAULT;
            }

            done += (ulong)part.Length;
        }

        return 0;
    }

    /// <summary>Pages of shared mappings are the file's own, so there is nothing to write back.</summary>
    private Result<long> Sync(in SyscallArguments a)
    {
        const int Async = 1;
        const int Sync = 4;
        const int Known = 7;
        if (CheckRange(a.Address0, a.A1, out ulong length) == Errno.EINVAL || (a.Int2 & ~Known) != 0 || (a.Int2 & (Async | Sync)) == (Async | Sync))
        {
            return Errno.EINVAL;
        }

        return VirtAddr.IsUserRange(a.Address0, length) && a.Process.Memory.IsMapped(a.Address0, length) ? 0 : Errno.ENOMEM;
    }

    private Result<long> Seal(in SyscallArguments a)
    {
        Errno error = CheckRange(a.Address0, a.A1, out ulong length);
        bool wraps = length < a.A1 || unchecked(a.A0 + length) < a.A0;
        return a.A2 != 0 || wraps ? Errno.EINVAL : Of(error == Errno.None ? a.Process.Memory.Seal(a.Address0, length) : error);
    }

    private Result<long> NoSpace(in SyscallArguments a) => Errno.ENOSPC;

    private Result<long> Invalid(in SyscallArguments a) => Errno.EINVAL;

    private Result<long> Missing(in SyscallArguments a) => Errno.ENOSYS;

    private static Result<long> Of(Errno error) => error == Errno.None ? 0 : error;
}

using System;
using Mote.Abi.Linux;
using Mote.Kernel.Memory;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

/// <summary>The mmap family: memory that a program maps, protects, moves and gives back.</summary>
public sealed partial class MemoryCalls
{
    private const ulong PageMask = 4095;
    private const int ProtectionKnown = 7;
    private const int ProtectionSemaphore = 8;
    private const int ProtectionGrowsDown = 0x0100_0000;
    private const int ProtectionGrowsUp = 0x0200_0000;

    private readonly byte[] _residence = new byte[512];

    /// <summary>Adds the family to the table.</summary>
    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.Mmap, Map, "MAP_HUGETLB is EINVAL; nothing is mapped below 64 KiB, whatever the capabilities");
        table.Add(SyscallNumber.Munmap, Unmap);
        table.Add(SyscallNumber.Mprotect, Protect);
        table.Add(SyscallNumber.Mremap, Remap);
        table.Add(SyscallNumber.Madvise, Advise, "MADV_FREE frees at once, paging hints do nothing");
        table.Add(SyscallNumber.Brk, Break);
        table.Add(SyscallNumber.Mincore, DescribeResidence);
        table.Add(SyscallNumber.Msync, Sync);
        AddLocks(table);
        table.Add(SyscallNumber.Mseal, Seal);
        table.Add(SyscallNumber.RemapFilePages, RemapPages, "as a mapping of its own, as in Linux");
        table.Refuse(SyscallNumber.PkeyAlloc, Invalid, "the CPU's protection keys are not used: EINVAL, as on a CPU without them");
        table.Add(SyscallNumber.PkeyMprotect, ProtectWithKey, "key -1 alone, which is mprotect: there are no protection keys");
        table.Refuse(SyscallNumber.PkeyFree, Invalid, "there are no protection keys: EINVAL");
        table.Refuse(SyscallNumber.Userfaultfd, Missing, "ENOSYS");
        table.Refuse(SyscallNumber.Mbind, Missing, "one memory node: ENOSYS");
        table.Refuse(SyscallNumber.GetMempolicy, Missing, "one memory node: ENOSYS");
        table.Refuse(SyscallNumber.SetMempolicy, Missing, "one memory node: ENOSYS");
    }

    /// <summary>Rounds a range to pages. EINVAL for a start within a page, ENOMEM for one outside of the program's half.</summary>
    private static Errno CheckRange(VirtAddr start, ulong length, out ulong rounded)
    {
        rounded = RoundUp(length);
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

    private Result<long> ProtectWithKey(in SyscallArguments a) => a.Int3 == -1 || (a.A0 & PageMask) != 0 ? Protect(in a) : Errno.EINVAL;

    // The order of do_mprotect_pkey in Linux.
    private Result<long> Protect(in SyscallArguments a)
    {
        int grows = a.Int2 & (ProtectionGrowsDown | ProtectionGrowsUp);
        if (grows == (ProtectionGrowsDown | ProtectionGrowsUp) || (a.A0 & PageMask) != 0)
        {
            return Errno.EINVAL;
        }

        if (a.A1 == 0)
        {
            return 0;
        }

        VirtAddr start = a.Address0;
        ulong length = RoundUp(a.A1);
        if (length == 0 || unchecked(a.A0 + length) <= a.A0)
        {
            return Errno.ENOMEM;
        }

        if ((a.Int2 & ~(ProtectionKnown | ProtectionSemaphore | ProtectionGrowsDown | ProtectionGrowsUp)) != 0)
        {
            return Errno.EINVAL;
        }

        Area? area = a.Process.Memory.Find(start);
        if (area == null || !VirtAddr.IsUserRange(start, length))
        {
            return Errno.ENOMEM;
        }

        if (grows != 0)
        {
            if (grows == ProtectionGrowsUp || (area.Flags & AreaFlags.GrowsDown) == 0)
            {
                return Errno.EINVAL; // nothing grows upwards on x86
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

        MemoryMap memory = a.Process.Memory;
        if (a.A2 > a.A1 && memory.Find(a.Address0) is { } area && (area.Flags & AreaFlags.Locked) != 0)
        {
            Errno refused = CheckLock(in a, RoundUp(a.A2 - a.A1));
            if (refused != Errno.None)
            {
                return refused;
            }
        }

        Result<VirtAddr> moved = memory.Remap(a.Address0, a.A1, a.A2, (RemapFlags)a.Int3, a.Address4);
        return moved.TryGet(out VirtAddr address) ? (long)address.Value : moved.Error;
    }

    // The order of do_madvise in Linux.
    private Result<long> Advise(in SyscallArguments a)
    {
        ulong length = RoundUp(a.A1);
        if (!MemoryMap.IsAdvice((MemoryAdvice)a.Int2) || (a.A0 & PageMask) != 0 || (a.A1 != 0 && length == 0) || unchecked(a.A0 + length) < a.A0)
        {
            return Errno.EINVAL;
        }

        if (length == 0)
        {
            return 0;
        }

        // What lies above the program's half is not mapped.
        bool isOutside = !VirtAddr.IsUserRange(a.Address0, length);
        ulong inside = !isOutside ? length : a.Address0.IsUser ? VirtAddr.UserEnd.Value - a.A0 : 0;
        Errno error = inside == 0 ? Errno.ENOMEM : a.Process.Memory.Advise(a.Address0, inside, (MemoryAdvice)a.Int2);
        return Of(error == Errno.None && isOutside ? Errno.ENOMEM : error);
    }

    private Result<long> Break(in SyscallArguments a)
    {
        MemoryMap memory = a.Process.Memory;
        bool isTooMuch = memory.FutureFlags != AreaFlags.None && a.A0 > memory.Break.Value && CheckLock(in a, RoundUp(a.A0 - memory.Break.Value)) != Errno.None;
        return (long)(isTooMuch ? memory.Break : memory.SetBreak(a.Address0)).Value;
    }

    private Result<long> DescribeResidence(in SyscallArguments a)
    {
        Errno error = CheckRange(a.Address0, a.A1, out ulong length);
        if (error != Errno.None)
        {
            return error;
        }

        ulong pages = length >> 12;
        if (!VirtAddr.IsUserRange(a.Address2, pages))
        {
            return Errno.EFAULT;
        }

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
            if (!LongWork.IsWanted())
            {
                break;
            }
        }

        return 0;
    }

    /// <summary>Pages of shared mappings are the file's own, so there is nothing to write back: they are clean from now on. The order of errors is Linux's.</summary>
    private Result<long> Sync(in SyscallArguments a)
    {
        const int Async = 1;
        const int Invalidate = 2;
        const int Sync = 4;
        const int Known = 7;
        if ((a.Int2 & ~Known) != 0 || (a.A0 & PageMask) != 0 || (a.Int2 & (Async | Sync)) == (Async | Sync))
        {
            return Errno.EINVAL;
        }

        ulong length = RoundUp(a.A1);
        if (unchecked(a.A0 + length) < a.A0)
        {
            return Errno.ENOMEM;
        }

        if (length == 0)
        {
            return 0;
        }

        MemoryMap memory = a.Process.Memory;
        bool isInside = VirtAddr.IsUserRange(a.Address0, length);
        if ((a.Int2 & Invalidate) != 0 && isInside && memory.MeasureLocked(a.Address0, length) != 0)
        {
            return Errno.EBUSY;
        }

        if ((a.Int2 & Sync) != 0 && isInside)
        {
            memory.Clean(a.Address0, length);
        }

        return isInside && memory.IsMapped(a.Address0, length) ? 0 : Errno.ENOMEM;
    }

    private Result<long> Seal(in SyscallArguments a)
    {
        Errno error = CheckRange(a.Address0, a.A1, out ulong length);
        bool wraps = length < a.A1 || unchecked(a.A0 + length) < a.A0;
        return a.A2 != 0 || wraps ? Errno.EINVAL : Of(error == Errno.None ? a.Process.Memory.Seal(a.Address0, length) : error);
    }

    private Result<long> Invalid(in SyscallArguments a) => Errno.EINVAL;

    private Result<long> Missing(in SyscallArguments a) => Errno.ENOSYS;

    /// <summary>Whole pages; zero when that does not fit.</summary>
    private static ulong RoundUp(ulong length) => unchecked((length + PageMask) & ~PageMask);

    private static Result<long> Of(Errno error) => error == Errno.None ? 0 : error;
}

using System;
using Mote.Abi.Linux;
using Mote.Kernel.Memory;
using Mote.Kernel.Processes;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

// mlock(2) and its kin. Nothing is ever paged out, so what is left of a lock is that its pages are there, that they are not given up, and the limit.
public sealed partial class MemoryCalls
{
    private const ulong OnFault = 1; // MLOCK_ONFAULT

    private void AddLocks(SyscallTable table)
    {
        table.Add(SyscallNumber.Mlock, (in SyscallArguments a) => Lock(in a, isOnFault: false));
        table.Add(SyscallNumber.Mlock2, (in SyscallArguments a) => (a.A2 & ~OnFault) != 0 ? Errno.EINVAL : Lock(in a, (a.A2 & OnFault) != 0));
        table.Add(SyscallNumber.Munlock, Unlock);
        table.Add(SyscallNumber.Mlockall, LockAll);
        table.Add(SyscallNumber.Munlockall, UnlockAll);
    }

    // The order of do_mlock in Linux.
    private Result<long> Lock(in SyscallArguments a, bool isOnFault)
    {
        if (!MayLock(in a))
        {
            return Errno.EPERM;
        }

        Errno error = LockedRange(in a, out VirtAddr start, out ulong length);
        if (error != Errno.None || length == 0)
        {
            return error == Errno.EINVAL && !IsWithinLimit(in a, length, 0) ? Errno.ENOMEM : Of(error);
        }

        MemoryMap memory = a.Process.Memory;
        if (!IsWithinLimit(in a, length, memory.MeasureLocked(start, length)))
        {
            return Errno.ENOMEM;
        }

        error = memory.SetLock(start, length, AreaFlags.Locked | (isOnFault ? AreaFlags.LockedOnFault : AreaFlags.None));
        return Of(error == Errno.None ? memory.PopulateLocked(start, length) : error);
    }

    private Result<long> Unlock(in SyscallArguments a)
    {
        Errno error = LockedRange(in a, out VirtAddr start, out ulong length);
        return Of(error != Errno.None || length == 0 ? error : a.Process.Memory.SetLock(start, length, AreaFlags.None));
    }

    private Result<long> LockAll(in SyscallArguments a)
    {
        const ulong Present = 1;
        const ulong Future = 2;
        const ulong FutureOnFault = 4;
        ulong flags = unchecked((uint)a.A0);
        if (flags is 0 or FutureOnFault || (flags & ~(Present | Future | FutureOnFault)) != 0)
        {
            return Errno.EINVAL;
        }

        if (!MayLock(in a))
        {
            return Errno.EPERM;
        }

        MemoryMap memory = a.Process.Memory;
        if ((flags & Present) != 0 && memory.Size > a.Process.Limits.Soft(ResourceKind.LockedMemory) && !a.Thread.Credentials.Has(Capability.IpcLock))
        {
            return Errno.ENOMEM;
        }

        AreaFlags wanted = AreaFlags.Locked | ((flags & FutureOnFault) != 0 ? AreaFlags.LockedOnFault : AreaFlags.None);
        memory.FutureFlags = (flags & Future) != 0 ? wanted : AreaFlags.None;
        if ((flags & Present) != 0)
        {
            memory.LockAll(wanted);
            memory.PopulateAllLocked();
        }

        return 0;
    }

    private Result<long> UnlockAll(in SyscallArguments a)
    {
        a.Process.Memory.FutureFlags = AreaFlags.None;
        a.Process.Memory.LockAll(AreaFlags.None);
        return 0;
    }

    /// <summary>The pages that a range touches: none when rounding up gives zero. EINVAL for one that wraps around, ENOMEM for one outside of the program's half.</summary>
    private static Errno LockedRange(in SyscallArguments a, out VirtAddr start, out ulong length)
    {
        start = new VirtAddr(a.A0 & ~PageMask);
        length = RoundUp(unchecked(a.A1 + (a.A0 & PageMask)));
        return unchecked(start.Value + length) < start.Value ? Errno.EINVAL
            : length != 0 && !VirtAddr.IsUserRange(start, length) ? Errno.ENOMEM
            : Errno.None;
    }

    /// <summary>Whether anything may be locked at all (can_do_mlock).</summary>
    private static bool MayLock(in SyscallArguments a) =>
        a.Process.Limits.Soft(ResourceKind.LockedMemory) != 0 || a.Thread.Credentials.Has(Capability.IpcLock);

    /// <summary>RLIMIT_MEMLOCK for a mapping that is locked from the start, or grows: EAGAIN.</summary>
    private static Errno CheckLock(in SyscallArguments a, ulong more) => IsWithinLimit(in a, more, 0) ? Errno.None : Errno.EAGAIN;

    private static bool IsWithinLimit(in SyscallArguments a, ulong more, ulong already)
    {
        ulong limit = a.Process.Limits.Soft(ResourceKind.LockedMemory);
        return a.Thread.Credentials.Has(Capability.IpcLock)
            || limit == ResourceLimits.Infinity
            || a.Process.Memory.MeasureLocked() - already + Math.Min(more, ulong.MaxValue / 2) <= limit;
    }
}

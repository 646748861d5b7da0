using System;
using Mote.Abi.Linux;
using Mote.Kernel.Memory;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

// mlock(2) and its kin. Nothing is ever paged out, so what is left of a lock is that its pages are there, that they are not given up, and the limit.
public sealed partial class MemoryCalls
{
    private const ulong OnFault = 1; // MLOCK_ONFAULT

    private bool _locksOnFault;

    private void AddLocks(SyscallTable table)
    {
        table.Add(SyscallNumber.Mlock, (in SyscallArguments a) => Lock(in a, isOnFault: false));
        table.Add(SyscallNumber.Mlock2, (in SyscallArguments a) => (a.A2 & ~OnFault) != 0 ? Errno.EINVAL : Lock(in a, (a.A2 & OnFault) != 0));
        table.Add(SyscallNumber.Munlock, Unlock);
        table.Add(SyscallNumber.Mlockall, LockAll);
        table.Add(SyscallNumber.Munlockall, UnlockAll);
    }

    private Result<long> Lock(in SyscallArguments a, bool isOnFault)
    {
        Errno error = LockedRange(in a, out VirtAddr start, out ulong length);
        error = error == Errno.None ? CheckLock(in a, length, Errno.ENOMEM) : error;
        if (error != Errno.None)
        {
            return error;
        }

        MemoryMap memory = a.Process.Memory;
        error = memory.Lock(start, length, locks: true);
        if (error == Errno.None && !isOnFault)
        {
            _ = memory.Populate(start, length, PageAccess.Read);
        }

        return Of(error);
    }

    private Result<long> Unlock(in SyscallArguments a)
    {
        Errno error = LockedRange(in a, out VirtAddr start, out ulong length);
        return Of(error != Errno.None ? error : a.Process.Memory.Lock(start, length, locks: false));
    }

    private Result<long> LockAll(in SyscallArguments a)
    {
        const ulong Present = 1;
        const ulong Future = 2;
        const ulong FutureOnFault = 4;
        if (a.A0 is 0 or FutureOnFault || (a.A0 & ~(Present | Future | FutureOnFault)) != 0)
        {
            return Errno.EINVAL;
        }

        MemoryMap memory = a.Process.Memory;
        if ((a.A0 & Present) != 0)
        {
            Errno error = CheckLock(in a, memory.Size - memory.MeasureLocked(), Errno.ENOMEM);
            if (error != Errno.None)
            {
                return error;
            }

            memory.LockAll(locks: true);
        }

        memory.FutureFlags = (a.A0 & Future) != 0 ? AreaFlags.Locked : AreaFlags.None;
        _locksOnFault = (a.A0 & FutureOnFault) != 0;
        return 0;
    }

    private Result<long> UnlockAll(in SyscallArguments a)
    {
        a.Process.Memory.LockAll(locks: false);
        a.Process.Memory.FutureFlags = AreaFlags.None;
        return 0;
    }

    private static Errno LockedRange(in SyscallArguments a, out VirtAddr start, out ulong length)
    {
        start = new VirtAddr(a.A0 & ~PageMask);
        return CheckRange(start, unchecked(a.A1 + (a.A0 & PageMask)), out length);
    }

    /// <summary>RLIMIT_MEMLOCK, for those without CAP_IPC_LOCK: EPERM when nothing may be locked, <paramref name="excess"/> beyond the limit.</summary>
    private static Errno CheckLock(in SyscallArguments a, ulong more, Errno excess)
    {
        ulong limit = a.Process.Limits.Soft(ResourceKind.LockedMemory);
        return a.Process.Credentials.IsPrivileged ? Errno.None
            : limit == 0 ? Errno.EPERM
            : a.Process.Memory.MeasureLocked() + Math.Min(more, ulong.MaxValue / 2) > limit ? excess
            : Errno.None;
    }
}

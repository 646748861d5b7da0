using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Vfs;

/// <summary>
/// The advisory locks on an inode: record locks of processes (fcntl(2)), of open descriptions (F_OFD_SETLK) and whole-file locks (flock(2), kept apart). An owner is
/// the descriptor table for the first, the open file for the others.
/// </summary>
public sealed class FileLocks
{
    private readonly List<FileLock> _records = [];
    private readonly List<FileLock> _whole = [];
    private readonly WaitQueue _released = new();

    /// <summary>The first record lock that stands in the way, or null.</summary>
    public FileLock? FindConflict(object owner, bool exclusive, ulong start, ulong end) => FindConflict(_records, owner, exclusive, start, end);

    /// <summary>Takes a record lock over [start, end), replacing what the owner had there. EAGAIN; when it may wait, ERESTARTSYS or EDEADLK; ENOLCK for want of memory.</summary>
    public Errno Lock(object owner, int processId, bool exclusive, ulong start, ulong end, bool wait) =>
        LockIn(_records, owner, processId, exclusive, start, end, wait);

    /// <summary>Frees [start, end) of the owner's record locks.</summary>
    public void Unlock(object owner, ulong start, ulong end)
    {
        Cut(_records, owner, start, end);
        _released.WakeAll();
    }

    /// <summary>flock(2): LOCK_SH or LOCK_EX. EAGAIN (EWOULDBLOCK) or ERESTARTSYS.</summary>
    public Errno LockWhole(OpenFile owner, bool exclusive, bool wait)
    {
        // Changing a lock is giving up the old one first (flock(2), NOTES).
        Cut(_whole, owner, 0, ulong.MaxValue);
        return LockIn(_whole, owner, 0, exclusive, 0, ulong.MaxValue, wait);
    }

    public void UnlockWhole(OpenFile owner)
    {
        Cut(_whole, owner, 0, ulong.MaxValue);
        _released.WakeAll();
    }

    /// <summary>A process closed a descriptor of the file: all its record locks go.</summary>
    internal void ReleaseOwner(object owner) => Unlock(owner, 0, ulong.MaxValue);

    /// <summary>An open description is gone.</summary>
    internal void ReleaseFile(OpenFile file)
    {
        Unlock(file, 0, ulong.MaxValue);
        UnlockWhole(file);
    }

    private Errno LockIn(List<FileLock> locks, object owner, int processId, bool exclusive, ulong start, ulong end, bool wait)
    {
        while (FindConflict(locks, owner, exclusive, start, end) is FileLock held)
        {
            if (!wait)
            {
                return Errno.EAGAIN;
            }

            FileTable? waiter = owner as FileTable;
            if (waiter != null && IsCircle(waiter, held.Owner))
            {
                return Errno.EDEADLK;
            }

            waiter?.SetWaitsFor(held.Owner);
            WaitResult result = _released.Wait(Instant.Never);
            waiter?.SetWaitsFor(null);
            if (result == WaitResult.Interrupted)
            {
                return Errno.ERESTARTSYS;
            }
        }

        // Two more at most: one range may be cut into two.
        if (locks.Count + 2 > locks.Capacity && !KernelHeap.CanAllocate((locks.Count + 2) * 2L * sizeof(long)))
        {
            return Errno.ENOLCK;
        }

        Cut(locks, owner, start, end);
        locks.Add(new FileLock(owner, processId, exclusive, start, end));
        return Errno.None;
    }

    /// <summary>Whether a process that holds a lock waits itself, over however many others, for <paramref name="waiter"/> (fcntl(2), EDEADLK). Locks of open descriptions take no part.</summary>
    private static bool IsCircle(FileTable waiter, object holder)
    {
        // Linux stops at ten (fs/locks.c, MAX_DEADLK_ITERATIONS).
        const int MaximumSteps = 10;
        for (int step = 0; step < MaximumSteps && holder is FileTable other; step++)
        {
            if (other == waiter)
            {
                return true;
            }

            if (other.WaitsFor == null)
            {
                return false;
            }

            holder = other.WaitsFor;
        }

        return false;
    }

    private static FileLock? FindConflict(List<FileLock> locks, object owner, bool exclusive, ulong start, ulong end)
    {
        foreach (FileLock held in locks)
        {
            if (held.Owner != owner && (exclusive || held.IsExclusive) && held.Start < end && start < held.End)
            {
                return held;
            }
        }

        return null;
    }

    private static void Cut(List<FileLock> locks, object owner, ulong start, ulong end)
    {
        for (int i = locks.Count - 1; i >= 0; i--)
        {
            FileLock held = locks[i];
            if (held.Owner != owner || held.Start >= end || start >= held.End)
            {
                continue;
            }

            locks.RemoveAt(i);
            if (held.Start < start)
            {
                locks.Add(held with { End = start });
            }

            if (held.End > end)
            {
                locks.Add(held with { Start = end });
            }
        }
    }
}

using Mote.Abi.Linux;
using Mote.Kernel.Memory;
using Mote.Machine;

namespace Mote.Kernel.Processes;

// Locks whose word holds the owner's number (FUTEX_LOCK_PI and its kin, futex(2)): the kernel hands them over. No priority has to be lent: threads get the CPU in turn, whatever their policy.
public sealed partial class FutexTable
{
    internal const uint OwnerDied = 0x4000_0000;
    internal const uint Waiters = 0x8000_0000;
    internal const uint OwnerMask = 0x3fff_ffff;

    /// <summary>Threads that wait for a lock: nothing looks for them while there is none.</summary>
    private int _locking;

    /// <summary>
    /// Takes a lock, or waits until it is handed over. EAGAIN when it only tries, EDEADLK (the owner waits for this thread), ESRCH (an owner that is not there), EINVAL (a word that does not fit
    /// those who wait), EFAULT, ETIMEDOUT, ERESTARTNOINTR.
    /// </summary>
    public Errno Lock(UserThread thread, VirtAddr word, Instant deadline, bool onlyTries)
    {
        Process process = thread.Process;
        FutexKey key = KeyOf(process.Memory, word);
        while (true)
        {
            if (!process.Space.TryRead(word, out uint value))
            {
                return Errno.EFAULT;
            }

            uint owner = value & OwnerMask;
            bool isContended = TopOf(in key) != null;
            if (owner == (uint)thread.Id)
            {
                return Errno.EDEADLK;
            }

            if (owner == 0 && isContended)
            {
                return Errno.EINVAL;
            }

            uint changed = owner == 0 ? (value & OwnerDied) | (uint)thread.Id : value | Waiters;
            if (!process.Space.TryCompareExchange(word, value, changed, out uint actual))
            {
                return Errno.EFAULT;
            }

            if (actual != value)
            {
                continue;
            }

            if (owner == 0)
            {
                return Errno.None;
            }

            Errno error = process.Host.FindThread((int)owner) is not { } holder ? Errno.ESRCH
                : WaitsFor(holder, thread) ? Errno.EDEADLK
                : onlyTries ? Errno.EAGAIN
                : Errno.None;
            return error != Errno.None ? error : WaitForLock(thread, in key, word, deadline);
        }
    }

    /// <summary>Lets go of a lock: the first of the highest priority who waits has it then. EPERM when somebody else has it, EINVAL when those who wait do not wait for a lock, EFAULT.</summary>
    public Errno Unlock(UserThread thread, VirtAddr word)
    {
        Process process = thread.Process;
        FutexKey key = KeyOf(process.Memory, word);
        while (true)
        {
            if (!process.Space.TryRead(word, out uint value))
            {
                return Errno.EFAULT;
            }

            if ((value & OwnerMask) != (uint)thread.Id)
            {
                return Errno.EPERM;
            }

            FutexWaiter? next = TopOf(in key);
            if (next == null && HasWaiter(in key))
            {
                return Errno.EINVAL;
            }

            if (!process.Space.TryCompareExchange(word, value, next == null ? 0 : Waiters | (uint)next.Thread.Id, out uint actual))
            {
                return Errno.EFAULT;
            }

            if (actual == value)
            {
                Grant(next);
                return Errno.None;
            }
        }
    }

    /// <summary>Whether somebody waits for a word as for a lock: what wakes others must not touch it (EINVAL).</summary>
    public bool IsLock(MemoryMap memory, VirtAddr word) => _locking > 0 && TopOf(KeyOf(memory, word)) != null;

    /// <summary>A thread ends: the locks that it has and that somebody waits for go on to the next one, marked (exit_pi_state_list).</summary>
    internal void ReleaseLocks(UserThread thread)
    {
        // All who wait for a lock are in its bucket: each turn takes one from there, and no other bucket is gone through again.
        for (int bucket = 0; bucket < _first.Length && _locking > 0; bucket++)
        {
            while (FindLockOf(thread, _first[bucket]) is { } waiting)
            {
                FutexWaiter next = TopOf(in waiting.Key)!;
                _ = next.Thread.Process.Space.TryWrite(next.LockWord, Waiters | OwnerDied | (uint)next.Thread.Id);
                Grant(next);
            }
        }
    }

    private Errno WaitForLock(UserThread thread, in FutexKey key, VirtAddr word, Instant deadline)
    {
        FutexWaiter waiter = thread.Futex;
        waiter.IsLocking = true;
        waiter.LockWord = word;
        Enqueue(waiter, key);
        _locking++;
        Errno error = SleepWhileQueued(waiter, thread, deadline);
        if (error != Errno.None)
        {
            Leave(waiter);
        }

        return error == Errno.ERESTARTSYS ? Errno.ERESTARTNOINTR : error;
    }

    private void Grant(FutexWaiter? next)
    {
        if (next != null)
        {
            Leave(next);
            next.Thread.Scheduler.Wake(next.Thread);
        }
    }

    private void Leave(FutexWaiter waiter)
    {
        Dequeue(waiter);
        waiter.IsLocking = false;
        _locking--;
    }

    /// <summary>Who gets a lock next: of those with the highest real-time priority the one that waits longest.</summary>
    private FutexWaiter? TopOf(in FutexKey key)
    {
        FutexWaiter? top = null;
        for (FutexWaiter? waiter = _locking > 0 ? _first[key.Hash(Buckets)] : null; waiter != null; waiter = waiter.Next)
        {
            if (waiter.IsLocking && waiter.Key.IsSame(in key) && (top == null || RankOf(waiter) > RankOf(top)))
            {
                top = waiter;
            }
        }

        return top;
    }

    private static int RankOf(FutexWaiter waiter) => waiter.Thread.Scheduling.Priority;

    private bool HasWaiter(in FutexKey key)
    {
        FutexWaiter? waiter = _first[key.Hash(Buckets)];
        while (waiter != null && !waiter.Key.IsSame(in key))
        {
            waiter = waiter.Next;
        }

        return waiter != null;
    }

    /// <summary>Whether a thread waits for a lock that another has, or for one whose owner waits so. A chain is no longer than there are threads.</summary>
    private static bool WaitsFor(UserThread? holder, UserThread wanted)
    {
        for (int i = wanted.Process.Host.ThreadCount; holder != null && i >= 0; i--)
        {
            if (holder == wanted)
            {
                return true;
            }

            holder = holder.Futex is { IsQueued: true, IsLocking: true } waiter && holder.Process.Space.TryRead(waiter.LockWord, out uint value)
                ? holder.Process.Host.FindThread((int)(value & OwnerMask)) // of none, where nobody has it
                : null;
        }

        return false;
    }

    /// <summary>One of a bucket who waits for a lock that a thread has.</summary>
    private static FutexWaiter? FindLockOf(UserThread owner, FutexWaiter? first)
    {
        for (FutexWaiter? waiter = first; waiter != null; waiter = waiter.Next)
        {
            if (waiter.IsLocking && waiter.Thread.Process.Space.TryRead(waiter.LockWord, out uint value) && (value & OwnerMask) == (uint)owner.Id)
            {
                return waiter;
            }
        }

        return null;
    }
}

using Mote.Abi.Linux;
using Mote.Kernel.Memory;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>
/// Threads that wait for a word of memory to change (futex(2)). The kernel is not preempted, so between reading the word and queueing nothing can change it: no
/// wake-up is lost.
/// </summary>
public sealed partial class FutexTable
{
    private const int Buckets = 256;

    private readonly FutexWaiter?[] _first = new FutexWaiter?[Buckets];
    private readonly FutexWaiter?[] _last = new FutexWaiter?[Buckets];

    /// <summary>
    /// Waits until woken if the word has the expected value. EAGAIN when it has another, ETIMEDOUT, ERESTARTSYS (a signal), EFAULT.
    /// </summary>
    public Errno Wait(UserThread thread, VirtAddr word, uint expected, uint mask, Instant deadline)
    {
        Process process = thread.Process;
        if (!process.Space.TryRead(word, out uint value))
        {
            return Errno.EFAULT;
        }

        if (value != expected)
        {
            return Errno.EAGAIN;
        }

        FutexWaiter waiter = thread.Futex;
        waiter.Mask = mask;
        Enqueue(waiter, KeyOf(process.Memory, word));
        Errno error = SleepWhileQueued(waiter, thread, deadline);
        if (error != Errno.None)
        {
            Dequeue(waiter);
        }

        return error;
    }

    /// <summary>Sleeps until somebody has taken the waiter from its queue; ETIMEDOUT and ERESTARTSYS leave it there.</summary>
    private static Errno SleepWhileQueued(FutexWaiter waiter, UserThread thread, Instant deadline)
    {
        while (true)
        {
            WaitResult result = thread.Scheduler.Sleep(deadline, isInterruptible: true);
            if (!waiter.IsQueued)
            {
                return Errno.None;
            }

            if (result != WaitResult.Woken)
            {
                return result == WaitResult.TimedOut ? Errno.ETIMEDOUT : Errno.ERESTARTSYS;
            }
        }
    }

    /// <summary>
    /// Waits for several words at once (futex_waitv(2)): each waiter has its word and mask. Returns the index of one that was woken. EAGAIN when a word does not hold what is expected, EFAULT,
    /// ETIMEDOUT, ERESTARTSYS.
    /// </summary>
    public Result<long> WaitForAny(UserThread thread, FutexWaiter[] waiters, Instant deadline)
    {
        Process process = thread.Process;
        Errno error = Errno.None;
        int queued = 0;
        for (; queued < waiters.Length && error == Errno.None; queued++)
        {
            FutexWaiter waiter = waiters[queued];
            if (!process.Space.TryRead(waiter.Word, out uint value))
            {
                error = Errno.EFAULT;
            }
            else if (value != waiter.Expected)
            {
                error = Errno.EAGAIN;
            }
            else
            {
                Enqueue(waiter, KeyOf(process.Memory, waiter.Word));
            }
        }

        // A word that had to be paged in may have let another be changed and woken, so that one counts first, as on Linux.
        while (error == Errno.None && IndexOfWoken(waiters) < 0)
        {
            error = thread.Scheduler.Sleep(deadline, isInterruptible: true) switch
            {
                WaitResult.TimedOut => Errno.ETIMEDOUT,
                WaitResult.Interrupted => Errno.ERESTARTSYS,
                _ => Errno.None,
            };
        }

        int woken = error is Errno.EFAULT or Errno.EAGAIN ? -1 : IndexOfWoken(waiters);
        foreach (FutexWaiter waiter in waiters)
        {
            if (waiter.IsQueued)
            {
                Dequeue(waiter);
            }
        }

        return woken >= 0 ? woken : error;
    }

    /// <summary>Wakes up to <paramref name="count"/> waiters whose mask meets this one. Returns how many.</summary>
    public int Wake(MemoryMap memory, VirtAddr word, int count, uint mask)
    {
        FutexKey key = KeyOf(memory, word);
        int woken = 0;
        FutexWaiter? waiter = _first[key.Hash(Buckets)];
        while (waiter != null && woken < count)
        {
            FutexWaiter? next = waiter.Next;
            if (waiter.Key.IsSame(in key) && (waiter.Mask & mask) != 0 && !waiter.IsLocking)
            {
                Dequeue(waiter);
                waiter.Thread.Scheduler.Wake(waiter.Thread);
                woken++;
            }

            waiter = next;
        }

        return woken;
    }

    /// <summary>Wakes some waiters of one word and makes others wait for another. Returns how many were woken, and how many moved.</summary>
    public (int Woken, int Moved) Requeue(MemoryMap memory, VirtAddr from, int wakeCount, VirtAddr to, int moveCount)
    {
        FutexKey key = KeyOf(memory, from);
        FutexKey target = KeyOf(memory, to);
        int woken = Wake(memory, from, wakeCount, uint.MaxValue);
        int moved = 0;
        bool isSame = key.IsSame(in target); // those who stay where they are count too
        FutexWaiter? waiter = _first[key.Hash(Buckets)];
        while (waiter != null && moved < moveCount)
        {
            FutexWaiter? next = waiter.Next;
            if (waiter.Key.IsSame(in key))
            {
                if (!isSame)
                {
                    Dequeue(waiter);
                    Enqueue(waiter, target);
                }

                moved++;
            }

            waiter = next;
        }

        return (woken, moved);
    }

    private static int IndexOfWoken(FutexWaiter[] waiters)
    {
        for (int i = 0; i < waiters.Length; i++)
        {
            if (!waiters[i].IsQueued)
            {
                return i;
            }
        }

        return -1;
    }

    private static FutexKey KeyOf(MemoryMap memory, VirtAddr word)
    {
        Area? area = memory.Find(word);
        return area != null && area.IsShared && area.Source != null
            ? new FutexKey(area.Source, (area.SourcePage << 12) + (word - area.Start))
            : new FutexKey(memory, word.Value);
    }

    private void Enqueue(FutexWaiter waiter, FutexKey key)
    {
        waiter.Key = key;
        waiter.IsQueued = true;
        int bucket = key.Hash(Buckets);
        FutexWaiter? last = _last[bucket];
        waiter.Previous = last;
        waiter.Next = null;
        if (last == null)
        {
            _first[bucket] = waiter;
        }
        else
        {
            last.Next = waiter;
        }

        _last[bucket] = waiter;
    }

    private void Dequeue(FutexWaiter waiter)
    {
        int bucket = waiter.Key.Hash(Buckets);
        if (waiter.Previous == null)
        {
            _first[bucket] = waiter.Next;
        }
        else
        {
            waiter.Previous.Next = waiter.Next;
        }

        if (waiter.Next == null)
        {
            _last[bucket] = waiter.Previous;
        }
        else
        {
            waiter.Next.Previous = waiter.Previous;
        }

        waiter.Next = null;
        waiter.Previous = null;
        waiter.IsQueued = false;
    }
}

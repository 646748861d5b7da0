using System;
using System.Collections.Generic;
using Mote.Abi.Linux;

namespace Mote.Kernel.Syscalls.Ipc;

// semop(2): operations on several semaphores, all or none.
internal sealed partial class SemaphoreSet
{
    // In the order in which they came.
    private readonly LinkedList<PendingOperation> _pending = [];

    /// <summary>
    /// Does all operations or none. EAGAIN when one that must not wait would; EFBIG is the caller's to find. <paramref name="blocked"/>
    /// is the index of the one that must wait, or -1.
    /// </summary>
    public Errno TryPerform(ReadOnlySpan<SemaphoreOperation> operations, int process, out int blocked)
    {
        blocked = -1;
        Errno error = Errno.None;
        int done = 0;
        while (done < operations.Length)
        {
            SemaphoreOperation operation = operations[done];
            int value = Values[operation.Number];
            if (operation.IsBlockedAt(value))
            {
                error = operation.MustNotWait ? Errno.EAGAIN : Errno.None;
                blocked = done;
                break;
            }

            if (value + operation.Change > MaximumValue)
            {
                error = Errno.ERANGE;
                break;
            }

            if (operation.IsUndone)
            {
                // SEMAEM: what would be undone must fit too.
                Undone ??= new int[Values.Length];
                int undone = Undone[operation.Number] - operation.Change;
                if (undone is < -MaximumValue - 1 or > MaximumValue)
                {
                    error = Errno.ERANGE;
                    break;
                }

                Undone[operation.Number] = undone;
            }

            Values[operation.Number] = value + operation.Change;
            done++;
        }

        bool isComplete = done == operations.Length;
        foreach (SemaphoreOperation operation in operations[..done])
        {
            if (isComplete)
            {
                Processes[operation.Number] = process;
                continue;
            }

            Values[operation.Number] -= operation.Change;
            if (operation.IsUndone)
            {
                Undone![operation.Number] += operation.Change;
            }
        }

        return error;
    }

    /// <summary>Puts operations that cannot be done yet at the end of those that wait.</summary>
    public void Await(PendingOperation pending) => _pending.AddLast(pending.Place);

    /// <summary>Nobody waits for them any longer; nothing happens when they are over.</summary>
    public void GiveUp(PendingOperation pending)
    {
        if (pending.Outcome == null)
        {
            _pending.Remove(pending.Place);
        }
    }

    /// <summary>After a change: does all that waits and can be done now.</summary>
    /// <param name="now">Seconds, for the time of the last operation.</param>
    public void ServePending(long now)
    {
        LinkedListNode<PendingOperation>? place = _pending.First;
        while (place != null)
        {
            PendingOperation pending = place.Value;
            LinkedListNode<PendingOperation>? next = place.Next;
            if (!pending.IsStillBlocked(Values))
            {
                Errno error = TryPerform(pending.Operations, pending.Process, out int blocked);
                if (error == Errno.None && blocked >= 0)
                {
                    pending.Blocked = blocked;
                }
                else
                {
                    _pending.Remove(place);
                    pending.End(error);
                    if (error == Errno.None)
                    {
                        OperationTime = now;
                        next = MayServeEarlier(pending) ? _pending.First : next;
                    }
                }
            }

            place = next;
        }
    }

    /// <summary>The set is gone: all who wait get EIDRM.</summary>
    public void EndPending()
    {
        while (_pending.First is { } place)
        {
            _pending.Remove(place);
            place.Value.End(Errno.EIDRM);
        }
    }

    /// <summary>How many wait for a semaphore to grow, or to become zero (GETNCNT, GETZCNT).</summary>
    public int CountPending(int number, bool forZero)
    {
        int sum = 0;
        foreach (PendingOperation pending in _pending)
        {
            SemaphoreOperation operation = pending.Operations[pending.Blocked];
            sum += operation.Number == number && (operation.Change == 0) == forZero ? 1 : 0;
        }

        return sum;
    }

    /// <summary>
    /// Whether what was just done may be what earlier ones wait for. A single decrement is not, unless one of them waits for zero
    /// (check_restart, do_smart_wakeup_zero).
    /// </summary>
    private bool MayServeEarlier(PendingOperation done)
    {
        foreach (SemaphoreOperation operation in done.Operations)
        {
            if (operation.Change > 0 || (operation.Change < 0 && Values[operation.Number] == 0))
            {
                return true;
            }
        }

        return false;
    }
}

using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Time;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

/// <summary>futex(2) and the robust lists.</summary>
public sealed partial class FutexCalls(ProcessHost host)
{
    private const uint AnyMask = uint.MaxValue;

    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.Futex, Futex, "FUTEX_WAIT_REQUEUE_PI and FUTEX_CMP_REQUEUE_PI are ENOSYS");
        table.Add(SyscallNumber.SetRobustList, SetRobustList);
        table.Add(SyscallNumber.GetRobustList, GetRobustList);
        AddNewer(table);
    }

    private Result<long> Futex(in SyscallArguments a)
    {
        FutexOperation operation = (FutexOperation)a.Int1;
        FutexOperation command = operation & FutexOperation.CommandMask;
        bool isWall = (operation & FutexOperation.ClockRealtime) != 0;
        VirtAddr word = a.Address0;
        Instant deadline = Instant.Never;
        if (command is FutexOperation.Wait or FutexOperation.WaitBitset or FutexOperation.LockPi or FutexOperation.LockPi2 && a.A3 != 0)
        {
            Errno error = ReadDeadline(in a, isRelative: command == FutexOperation.Wait, isWall || command == FutexOperation.LockPi, a.Address3, out deadline);
            if (error != Errno.None)
            {
                return error;
            }
        }

        if (isWall && command is not (FutexOperation.WaitBitset or FutexOperation.LockPi2))
        {
            return Errno.ENOSYS;
        }

        uint value = unchecked((uint)a.A2);
        uint mask = unchecked((uint)a.A5);
        switch (command)
        {
            case FutexOperation.Wait:
                return Wait(in a, word, value, AnyMask, deadline);
            case FutexOperation.WaitBitset:
                return mask == 0 ? Errno.EINVAL : Wait(in a, word, value, mask, deadline);
            case FutexOperation.Wake:
                return Wake(in a, word, a.Int2, AnyMask);
            case FutexOperation.WakeBitset:
                return mask == 0 ? Errno.EINVAL : Wake(in a, word, a.Int2, mask);
            case FutexOperation.Requeue:
            case FutexOperation.CompareRequeue:
                return Requeue(in a, word, (operation & FutexOperation.CommandMask) == FutexOperation.CompareRequeue);
            case FutexOperation.WakeOperation:
                return WakeOperation(in a, word);
            case FutexOperation.LockPi:
            case FutexOperation.LockPi2:
            case FutexOperation.TryLockPi:
                return Lock(in a, word, deadline, command);
            case FutexOperation.UnlockPi:
                return Unlock(in a, word);
            default:
                return Errno.ENOSYS;
        }
    }

    /// <summary>Reads the time at which a wait ends. EFAULT, EINVAL.</summary>
    private Errno ReadDeadline(in SyscallArguments a, bool isRelative, bool isWall, VirtAddr from, out Instant deadline)
    {
        Errno error = Timespec.Read(a.Space, from, out Timespec timeout);
        deadline = error != Errno.None ? Instant.Never
            : isRelative ? a.Thread.DeadlineAfter(timeout.Nanoseconds)
            : isWall ? host.WallClock.ToInstant(timeout.SignedNanoseconds)
            : new Instant(timeout.Nanoseconds);
        return error;
    }

    private Result<long> Wait(in SyscallArguments a, VirtAddr word, uint expected, uint mask, Instant deadline)
    {
        Errno error = CheckOwnWord(in a, word);
        if (error != Errno.None)
        {
            return error;
        }

        a.Thread.WaitsForWallClock = ((FutexOperation)a.Int1 & FutexOperation.ClockRealtime) != 0;
        Errno outcome = host.Futexes.Wait(a.Thread, word, expected, mask, deadline);
        a.Thread.WaitsForWallClock = false;
        return outcome switch
        {
            Errno.None => 0,
            Errno.ERESTARTSYS when a.A3 != 0 => Errno.ERESTART_RESTARTBLOCK, // a relative timeout cannot simply start again; Linux does the same with others
            _ => outcome,
        };
    }

    private Result<long> Lock(in SyscallArguments a, VirtAddr word, Instant deadline, FutexOperation command)
    {
        Errno error = CheckOwnWord(in a, word, writes: true);
        if (error != Errno.None)
        {
            return error;
        }

        a.Thread.WaitsForWallClock = command == FutexOperation.LockPi || ((FutexOperation)a.Int1 & FutexOperation.ClockRealtime) != 0;
        error = host.Futexes.Lock(a.Thread, word, deadline, onlyTries: command == FutexOperation.TryLockPi);
        a.Thread.WaitsForWallClock = false;
        return error == Errno.None ? 0 : error;
    }

    private Result<long> Unlock(in SyscallArguments a, VirtAddr word)
    {
        // Whose it is comes before whether it is a word (futex_unlock_pi).
        if (!a.Space.TryRead(word, out uint value))
        {
            return Errno.EFAULT;
        }

        Errno error = (value & 0x3fff_ffff) != (uint)a.Thread.Id ? Errno.EPERM : CheckOwnWord(in a, word, writes: true);
        error = error == Errno.None ? host.Futexes.Unlock(a.Thread, word) : error;
        return error == Errno.None ? 0 : error;
    }

    private Result<long> Wake(in SyscallArguments a, VirtAddr word, int count, uint mask)
    {
        Errno error = CheckOwnWord(in a, word);
        error = error == Errno.None && host.Futexes.IsLock(a.Process.Memory, word) ? Errno.EINVAL : error;
        return error != Errno.None ? error : host.Futexes.Wake(a.Process.Memory, word, count <= 0 ? 1 : count, mask);
    }

    /// <summary>The same, by the operation that the call names.</summary>
    private static Errno CheckOwnWord(in SyscallArguments a, VirtAddr word, bool writes = false) =>
        CheckWord(in a, word, ((FutexOperation)a.Int1 & FutexOperation.Private) != 0, writes);

    /// <summary>
    /// Whether a word can be told from others (get_futex_key): of a private one Linux only takes the address; a shared one is found by its page, which must be there and, where it is nobody
    /// else's, such that somebody could change it. EINVAL, EFAULT.
    /// </summary>
    private static Errno CheckWord(in SyscallArguments a, VirtAddr word, bool isPrivate, bool writes = false)
    {
        if ((word.Value & 3) != 0)
        {
            return Errno.EINVAL;
        }

        if (isPrivate || !word.IsUser)
        {
            return word.IsUser ? Errno.None : Errno.EFAULT;
        }

        if (!a.Space.TryRead(word, out uint _))
        {
            return Errno.EFAULT;
        }

        return a.Process.Memory.Find(word) is { } area && (area.Protection & PageAccess.Write) == 0 && (writes || area.Source == null) ? Errno.EFAULT : Errno.None;
    }

    private Result<long> Requeue(in SyscallArguments a, VirtAddr word, bool compares)
    {
        if (a.Int2 < 0 || a.Int3 < 0)
        {
            return Errno.EINVAL;
        }

        Errno error = CheckOwnWord(in a, word);
        error = error == Errno.None ? CheckOwnWord(in a, a.Address4) : error;
        if (error != Errno.None)
        {
            return error;
        }

        if (compares)
        {
            if (!a.Space.TryRead(word, out uint now))
            {
                return Errno.EFAULT;
            }

            if (now != unchecked((uint)a.A5))
            {
                return Errno.EAGAIN;
            }
        }

        if (host.Futexes.IsLock(a.Process.Memory, word))
        {
            return Errno.EINVAL;
        }

        (int woken, int moved) = host.Futexes.Requeue(a.Process.Memory, word, a.Int2, a.Address4, a.Int3);
        return woken + moved;
    }

    /// <summary>FUTEX_WAKE_OP: changes a second word atomically and wakes by what it held.</summary>
    private Result<long> WakeOperation(in SyscallArguments a, VirtAddr word)
    {
        uint code = unchecked((uint)a.A5);
        VirtAddr second = a.Address4;
        Errno error = CheckOwnWord(in a, word);
        error = error == Errno.None ? CheckOwnWord(in a, second, writes: true) : error;
        if (error != Errno.None)
        {
            return error;
        }

        int operand = unchecked((int)(code << 8) >> 20);
        int compared = unchecked((int)(code << 20) >> 20);
        uint operation = (code >> 28) & 0xf;
        if ((operation & 8) != 0)
        {
            operand = 1 << (operand & 31);
        }

        uint old;
        while (true)
        {
            if (!a.Space.TryRead(second, out old))
            {
                return Errno.EFAULT;
            }

            uint changed = (operation & 7) switch
            {
                0 => unchecked((uint)operand),
                1 => unchecked(old + (uint)operand),
                2 => old | unchecked((uint)operand),
                3 => old & ~unchecked((uint)operand),
                4 => old ^ unchecked((uint)operand),
                _ => 0,
            };
            if ((operation & 7) > 4)
            {
                return Errno.ENOSYS;
            }

            if (!a.Space.TryCompareExchange(second, old, changed, out uint actual))
            {
                return Errno.EFAULT;
            }

            if (actual == old)
            {
                break;
            }
        }

        int signed = unchecked((int)old);
        bool? holds = ((code >> 24) & 0xf) switch
        {
            0 => signed == compared,
            1 => signed != compared,
            2 => signed < compared,
            3 => signed <= compared,
            4 => signed > compared,
            5 => signed >= compared,
            _ => null,
        };
        if (holds is not bool wakesSecond)
        {
            return Errno.ENOSYS; // found out after the word was changed, as on Linux
        }

        int woken = host.Futexes.Wake(a.Process.Memory, word, a.Int2, AnyMask);
        return wakesSecond ? woken + host.Futexes.Wake(a.Process.Memory, second, a.Int3, AnyMask) : woken;
    }

    private Result<long> SetRobustList(in SyscallArguments a)
    {
        const ulong HeadBytes = 24;
        if (a.A1 != HeadBytes)
        {
            return Errno.EINVAL;
        }

        a.Thread.RobustList = a.Address0;
        return 0;
    }

    private Result<long> GetRobustList(in SyscallArguments a)
    {
        UserThread? thread = a.Int0 == 0 ? a.Thread : host.FindThread(a.Int0);
        if (thread == null)
        {
            return Errno.ESRCH;
        }

        return a.Space.TryWrite(a.Address2, 24UL) && a.Space.TryWrite(a.Address1, thread.RobustList.Value) ? 0 : Errno.EFAULT;
    }
}

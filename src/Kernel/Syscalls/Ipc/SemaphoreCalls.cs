using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Syscalls.Files;
using Mote.Kernel.Tasks;
using Mote.Kernel.Time;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Ipc;

/// <summary>semget(2), semop(2), semtimedop(2), semctl(2).</summary>
public sealed partial class SemaphoreCalls(FileServices services) : IpcFamily(services)
{
    private const int MaximumSets = 32000;
    private const int MaximumPerSet = 32000;
    private const int MaximumOperations = 500;
    private const int OperationBytes = 6;
    private const int NoWait = 0x800; // IPC_NOWAIT
    private const int Undo = 0x1000; // SEM_UNDO
    private const string NoUndo = "SEM_UNDO changes nothing at the end of the only process";

    private readonly IpcTable _sets = services.IpcTables.Sets;

    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.Semget, Get);
        table.Add(SyscallNumber.Semop, (in SyscallArguments a) => Operate(in a, default), NoUndo);
        table.Add(SyscallNumber.Semtimedop, (in SyscallArguments a) => Operate(in a, a.Address3), NoUndo);
        table.Add(SyscallNumber.Semctl, Control);
    }

    private Result<long> Get(in SyscallArguments a)
    {
        int count = a.Int1;
        if (count is < 0 or > MaximumPerSet)
        {
            return Errno.EINVAL;
        }

        Result<IpcObject?> opened = _sets.Open(a.Int0, a.Int2, a.Thread.Fs, (ulong)count);
        if (!opened.IsOk)
        {
            return opened.Error;
        }

        if (opened.Value is SemaphoreSet found)
        {
            return found.Id;
        }

        if (count == 0)
        {
            return Errno.EINVAL;
        }

        const long BytesEach = 16;
        if (!KernelHeap.CanAllocate(count * BytesEach))
        {
            return Errno.ENOMEM;
        }

        SemaphoreSet made = new(a.Int0, unchecked((uint)a.Int2), a.Thread.Fs, count) { Changed = Now };
        _sets.Add(made);
        return made.Id;
    }

    private Result<long> Operate(in SyscallArguments a, VirtAddr timeout)
    {
        // In the order of semtimedop(2) on Linux, so that a program with several mistakes gets the same error.
        uint count = unchecked((uint)a.A2);
        long seconds = 0;
        long nanoseconds = 0;
        if (timeout.Value != 0 && ReadTimePair(a.Space, timeout, out seconds, out nanoseconds) != Errno.None)
        {
            return Errno.EFAULT;
        }

        if (count is 0 or > MaximumOperations)
        {
            return count == 0 ? Errno.EINVAL : Errno.E2BIG;
        }

        Span<byte> operations = stackalloc byte[(int)count * OperationBytes];
        if (a.Space.Read(a.Address1, operations) != operations.Length)
        {
            return Errno.EFAULT;
        }

        if (a.Int0 < 0 || seconds < 0 || nanoseconds is < 0 or >= WallClock.NanosecondsPerSecond)
        {
            return Errno.EINVAL;
        }

        Instant deadline = Instant.Never;
        if (timeout.Value != 0 && seconds < long.MaxValue / WallClock.NanosecondsPerSecond / 2)
        {
            deadline = Clock.Now.Plus((ulong)(seconds * WallClock.NanosecondsPerSecond + nanoseconds));
        }

        Result<IpcObject> found = _sets.Find(a.Int0);
        if (!found.IsOk)
        {
            return found.Error;
        }

        SemaphoreSet set = (SemaphoreSet)found.Value;
        Errno error = Check(in a, set, operations);
        return error == Errno.None ? Perform(in a, set, operations, deadline) : error;
    }

    private static Errno Check(in SyscallArguments a, SemaphoreSet set, ReadOnlySpan<byte> operations)
    {
        bool alters = false;
        for (int at = 0; at < operations.Length; at += OperationBytes)
        {
            if (BinaryPrimitives.ReadUInt16LittleEndian(operations[at..]) >= set.Values.Length)
            {
                return Errno.EFBIG;
            }

            alters |= BinaryPrimitives.ReadInt16LittleEndian(operations[(at + 2)..]) != 0;
        }

        return set.Allows(a.Thread.Fs, alters ? 0x92u : 0x124u) ? Errno.None : Errno.EACCES;
    }

    private Result<long> Perform(in SyscallArguments a, SemaphoreSet set, ReadOnlySpan<byte> operations, Instant deadline)
    {
        while (true)
        {
            Errno error = TryPerform(in a, set, operations, out int blocked);
            if (error != Errno.None)
            {
                return error;
            }

            if (blocked < 0)
            {
                set.OperationTime = Now;
                set.Waiting.WakeAll();
                return 0;
            }

            ReadOnlySpan<byte> operation = operations[blocked..];
            if ((BinaryPrimitives.ReadInt16LittleEndian(operation[4..]) & NoWait) != 0)
            {
                return Errno.EAGAIN;
            }

            int number = BinaryPrimitives.ReadUInt16LittleEndian(operation);
            int[] waiting = BinaryPrimitives.ReadInt16LittleEndian(operation[2..]) == 0 ? set.WaitingForZero : set.WaitingForMore;
            waiting[number]++;
            WaitResult result = set.Waiting.Wait(deadline);
            waiting[number]--;
            if (set.IsRemoved)
            {
                return Errno.EIDRM;
            }

            // It is never restarted after a handler (signal(7)).
            if (result != WaitResult.Woken)
            {
                return result == WaitResult.TimedOut ? Errno.EAGAIN : Errno.EINTR;
            }
        }
    }

    /// <summary>Does all operations or none; <paramref name="blocked"/> is the offset of the one that must wait, or -1. ERANGE.</summary>
    private static Errno TryPerform(in SyscallArguments a, SemaphoreSet set, ReadOnlySpan<byte> operations, out int blocked)
    {
        blocked = -1;
        Errno error = Errno.None;
        int done = 0;
        while (done < operations.Length)
        {
            int number = BinaryPrimitives.ReadUInt16LittleEndian(operations[done..]);
            int change = BinaryPrimitives.ReadInt16LittleEndian(operations[(done + 2)..]);
            int value = set.Values[number];
            if (change == 0 ? value != 0 : value + change < 0)
            {
                blocked = done;
                break;
            }

            if (value + change > SemaphoreSet.MaximumValue)
            {
                error = Errno.ERANGE;
                break;
            }

            if ((BinaryPrimitives.ReadInt16LittleEndian(operations[(done + 4)..]) & Undo) != 0)
            {
                // SEMAEM: what would be undone must fit too.
                int undone = set.NoteUndone()[number] - change;
                if (undone is < -SemaphoreSet.MaximumValue - 1 or > SemaphoreSet.MaximumValue)
                {
                    error = Errno.ERANGE;
                    break;
                }

                set.NoteUndone()[number] = undone;
            }

            set.Values[number] = value + change;
            done += OperationBytes;
        }

        bool isComplete = done == operations.Length;
        for (int at = 0; at < done; at += OperationBytes)
        {
            int number = BinaryPrimitives.ReadUInt16LittleEndian(operations[at..]);
            if (isComplete)
            {
                set.Processes[number] = a.Process.Id;
            }
            else
            {
                int change = BinaryPrimitives.ReadInt16LittleEndian(operations[(at + 2)..]);
                set.Values[number] -= change;
                if ((BinaryPrimitives.ReadInt16LittleEndian(operations[(at + 4)..]) & Undo) != 0)
                {
                    set.NoteUndone()[number] += change;
                }
            }
        }

        return error;
    }
}

using System;
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

        Span<byte> bytes = stackalloc byte[(int)count * SemaphoreOperation.Bytes];
        if (a.Space.Read(a.Address1, bytes) != bytes.Length)
        {
            return Errno.EFAULT;
        }

        Span<SemaphoreOperation> operations = stackalloc SemaphoreOperation[(int)count];
        for (int i = 0; i < operations.Length; i++)
        {
            operations[i] = SemaphoreOperation.Read(bytes[(i * SemaphoreOperation.Bytes)..]);
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

    private static Errno Check(in SyscallArguments a, SemaphoreSet set, ReadOnlySpan<SemaphoreOperation> operations)
    {
        bool alters = false;
        foreach (SemaphoreOperation operation in operations)
        {
            if (operation.Number >= set.Values.Length)
            {
                return Errno.EFBIG;
            }

            alters |= operation.Change != 0;
        }

        return set.Allows(a.Thread.Fs, alters ? 0x92u : 0x124u) ? Errno.None : Errno.EACCES;
    }

    private Result<long> Perform(in SyscallArguments a, SemaphoreSet set, ReadOnlySpan<SemaphoreOperation> operations, Instant deadline)
    {
        Errno error = set.TryPerform(operations, a.Process.Id, out int blocked);
        if (error != Errno.None)
        {
            return error;
        }

        if (blocked < 0)
        {
            set.OperationTime = Now;
            set.ServePending(Now);
            return 0;
        }

        const long BytesBeside = 200;
        if (!KernelHeap.CanAllocate((operations.Length * (long)SemaphoreOperation.Bytes) + BytesBeside))
        {
            return Errno.ENOMEM;
        }

        PendingOperation pending = new(operations.ToArray(), a.Process.Id, blocked);
        set.Await(pending);
        WaitResult result = pending.Wait(deadline);
        set.GiveUp(pending);

        // It is never restarted after a handler (signal(7)). What was done stays done, whatever else ended the wait.
        return pending.Outcome is Errno outcome ? (outcome == Errno.None ? 0 : outcome)
            : result == WaitResult.TimedOut ? Errno.EAGAIN
            : Errno.EINTR;
    }
}

using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;

namespace Mote.Kernel.Syscalls.Ipc;

// semctl(2).
public sealed partial class SemaphoreCalls
{
    private const int GetProcess = 11;
    private const int GetValue = 12;
    private const int GetAll = 13;
    private const int GetWaitingForMore = 14;
    private const int GetWaitingForZero = 15;
    private const int SetValue = 16;
    private const int SetAll = 17;
    private const int IndexStatusCommand = 18;
    private const int SemaphoreInfoCommand = 19;
    private const int AnyStatusCommand = 20;

    private Result<long> Control(in SyscallArguments a)
    {
        if (a.Int0 < 0)
        {
            return Errno.EINVAL;
        }

        switch (a.Int2)
        {
            case StatusCommand:
                return Status(in a, _sets, a.Int0, a.Address3, SemaphoreSet.StatusBytes, byIndex: false);
            case IndexStatusCommand:
            case AnyStatusCommand:
                return Status(in a, _sets, a.Int0, a.Address3, SemaphoreSet.StatusBytes, byIndex: true, isAny: a.Int2 == AnyStatusCommand);
            case InfoCommand:
            case SemaphoreInfoCommand:
                return Info(in a);
            case RemoveCommand:
            case SetCommand:
                return Change(in a);
            case GetAll:
            case SetAll:
                return TransferAll(in a, a.Int2 == SetAll);
            case GetValue:
            case GetProcess:
            case GetWaitingForMore:
            case GetWaitingForZero:
            case SetValue:
                return ControlOne(in a);
            default:
                return Errno.EINVAL;
        }
    }

    private Result<long> Change(in SyscallArguments a)
    {
        Span<byte> given = stackalloc byte[SemaphoreSet.StatusBytes];
        if (a.Int2 == SetCommand && a.Space.Read(a.Address3, given) != given.Length)
        {
            return Errno.EFAULT;
        }

        Result<IpcObject> found = Owned(in a, _sets, a.Int0);
        if (!found.IsOk)
        {
            return found.Error;
        }

        if (a.Int2 == SetCommand)
        {
            Errno error = found.Value.SetPermission(given, Now);
            return error == Errno.None ? 0 : error;
        }

        _sets.Remove(found.Value);
        ((SemaphoreSet)found.Value).EndPending();
        return 0;
    }

    private Result<long> ControlOne(in SyscallArguments a)
    {
        int number = a.Int1;
        int value = unchecked((int)a.A3);
        bool sets = a.Int2 == SetValue;
        if (sets && value is < 0 or > SemaphoreSet.MaximumValue)
        {
            return Errno.ERANGE;
        }

        Result<IpcObject> found = _sets.Find(a.Int0);
        if (!found.IsOk)
        {
            return found.Error;
        }

        SemaphoreSet set = (SemaphoreSet)found.Value;
        bool isNumber = number >= 0 && number < set.Values.Length;
        if (!set.Allows(a.Thread.Fs, sets ? 0x92u : 0x124u))
        {
            return sets && !isNumber ? Errno.EINVAL : Errno.EACCES;
        }

        if (!isNumber)
        {
            return Errno.EINVAL;
        }

        if (sets)
        {
            set.Values[number] = value;
            set.Processes[number] = a.Process.Id;
            set.Undone?[number] = 0;
            set.Changed = Now;
            set.ServePending(Now);
            return 0;
        }

        return a.Int2 switch
        {
            GetValue => set.Values[number],
            GetProcess => set.Processes[number],
            _ => set.CountPending(number, forZero: a.Int2 == GetWaitingForZero),
        };
    }

    private Result<long> TransferAll(in SyscallArguments a, bool sets)
    {
        Result<IpcObject> found = _sets.Find(a.Int0);
        if (!found.IsOk)
        {
            return found.Error;
        }

        SemaphoreSet set = (SemaphoreSet)found.Value;
        if (!set.Allows(a.Thread.Fs, sets ? 0x92u : 0x124u))
        {
            return Errno.EACCES;
        }

        byte[] bytes = new byte[set.Values.Length * sizeof(ushort)];
        if (!sets)
        {
            for (int i = 0; i < set.Values.Length; i++)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(i * sizeof(ushort)), (ushort)set.Values[i]);
            }

            return a.Space.Write(a.Address3, bytes) == bytes.Length ? 0 : Errno.EFAULT;
        }

        if (a.Space.Read(a.Address3, bytes) != bytes.Length)
        {
            return Errno.EFAULT;
        }

        for (int i = 0; i < set.Values.Length; i++)
        {
            if (BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(i * sizeof(ushort))) > SemaphoreSet.MaximumValue)
            {
                return Errno.ERANGE;
            }
        }

        for (int i = 0; i < set.Values.Length; i++)
        {
            set.Values[i] = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(i * sizeof(ushort)));
            set.Processes[i] = a.Process.Id;
        }

        set.Undone?.AsSpan().Clear();

        set.Changed = Now;
        set.ServePending(Now);
        return 0;
    }

    private Result<long> Info(in SyscallArguments a)
    {
        // struct seminfo: semmap, semmni, semmns, semmnu, semmsl, semopm, semume, semusz, semvmx, semaem (ipc/sem.c). SEM_INFO counts sets and semaphores in the last but two and the last.
        int used = 0;
        for (int i = 0; i <= _sets.HighestIndex; i++)
        {
            used += (_sets.At(i) as SemaphoreSet)?.Values.Length ?? 0;
        }

        bool counts = a.Int2 == SemaphoreInfoCommand;
        const int MaximumInSystem = MaximumSets * MaximumPerSet;
        ReadOnlySpan<int> figures =
        [
            MaximumInSystem, MaximumSets, MaximumInSystem, MaximumInSystem, MaximumPerSet, MaximumOperations, MaximumOperations,
            counts ? _sets.Count : 20, SemaphoreSet.MaximumValue, counts ? used : SemaphoreSet.MaximumValue,
        ];
        Span<byte> bytes = stackalloc byte[figures.Length * sizeof(int)];
        for (int i = 0; i < figures.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes[(i * sizeof(int))..], figures[i]);
        }

        return a.Space.Write(a.Address3, bytes) == bytes.Length ? Math.Max(0, _sets.HighestIndex) : Errno.EFAULT;
    }
}

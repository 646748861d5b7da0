using System;
using Mote.Abi.Linux;
using Mote.Kernel.Syscalls.Files;
using Mote.Kernel.Time;

namespace Mote.Kernel.Syscalls.Ipc;

/// <summary>What the three kinds of System V objects share in their control calls.</summary>
public abstract class IpcFamily(FileServices services) : FileFamily(services)
{
    private protected const int RemoveCommand = 0;
    private protected const int SetCommand = 1;
    private protected const int StatusCommand = 2;
    private protected const int InfoCommand = 3;

    private const uint ReadBits = 0x124;

    /// <summary>The present in seconds.</summary>
    private protected long Now => Services.WallClock.NowNs / WallClock.NanosecondsPerSecond;

    /// <summary>IPC_STAT, and with <paramref name="byIndex"/> the _STAT command: its result is the identifier then. EINVAL, EACCES, EFAULT.</summary>
    private protected static Result<long> Status(in SyscallArguments a, IpcTable table, int id, Machine.VirtAddr target, int bytes, bool byIndex, bool isAny = false)
    {
        IpcObject? found = byIndex ? table.At(id) : null;
        if (!byIndex && table.Find(id).TryGet(out IpcObject named))
        {
            found = named;
        }

        if (found == null)
        {
            return Errno.EINVAL;
        }

        if (!isAny && !found.Allows(a.Thread.Fs, ReadBits))
        {
            return Errno.EACCES;
        }

        Span<byte> status = stackalloc byte[128];
        status = status[..bytes];
        found.Describe(status);
        return a.Space.Write(target, status) != bytes ? Errno.EFAULT : byIndex ? found.Id : 0;
    }

    /// <summary>The object for IPC_RMID and IPC_SET. EINVAL, EPERM.</summary>
    private protected static Result<IpcObject> Owned(in SyscallArguments a, IpcTable table, int id)
    {
        Result<IpcObject> found = table.Find(id);
        return !found.IsOk || found.Value.IsOwner(a.Thread.Fs) ? found : Errno.EPERM;
    }
}

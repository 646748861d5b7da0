using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

// getrlimit(2). Address space, stack, data, open files, CPU time and pending signals are enforced; the others are kept.
public sealed partial class ProcessCalls
{
    private const int LimitBytes = 16;

    private void AddLimits(SyscallTable table)
    {
        table.Add(SyscallNumber.Getrlimit, GetLimit);
        table.Add(SyscallNumber.Setrlimit, SetLimit, "AS, STACK, DATA, NOFILE, CPU and SIGPENDING are enforced, the others kept");
        table.Add(SyscallNumber.Prlimit64, ExchangeLimit, "AS, STACK, DATA, NOFILE, CPU and SIGPENDING are enforced, the others kept");
    }

    private Result<long> GetLimit(in SyscallArguments a) =>
        ResourceLimits.IsValid(a.Int0) ? WriteLimit(in a, a.Process, (ResourceKind)a.Int0, a.Address1) : Errno.EINVAL;

    private Result<long> SetLimit(in SyscallArguments a)
    {
        Errno error = ReadLimit(in a, a.Address1, out ulong soft, out ulong hard);
        if (error != Errno.None)
        {
            return error;
        }

        error = ResourceLimits.IsValid(a.Int0) ? Change(in a, a.Process, (ResourceKind)a.Int0, soft, hard) : Errno.EINVAL;
        return error == Errno.None ? 0 : error;
    }

    private Result<long> ExchangeLimit(in SyscallArguments a)
    {
        ulong soft = 0;
        ulong hard = 0;
        if (a.A2 != 0)
        {
            Errno error = ReadLimit(in a, a.Address2, out soft, out hard);
            if (error != Errno.None)
            {
                return error;
            }
        }

        Process? process = Target(in a);
        if (process == null)
        {
            return Errno.ESRCH;
        }

        if (!ResourceLimits.IsValid(a.Int1))
        {
            return Errno.EINVAL;
        }

        ResourceKind kind = (ResourceKind)a.Int1;
        Span<byte> old = stackalloc byte[LimitBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(old, process.Limits.Soft(kind));
        BinaryPrimitives.WriteUInt64LittleEndian(old[8..], process.Limits.Hard(kind));
        if (a.A2 != 0)
        {
            Errno error = Change(in a, process, kind, soft, hard);
            if (error != Errno.None)
            {
                return error;
            }
        }

        return a.A3 == 0 || a.Space.Write(a.Address3, old) == LimitBytes ? 0 : Errno.EFAULT;
    }

    private static Result<long> WriteLimit(in SyscallArguments a, Process process, ResourceKind kind, VirtAddr to) =>
        a.Space.TryWrite(to, process.Limits.Soft(kind)) && a.Space.TryWrite(to + 8, process.Limits.Hard(kind)) ? 0 : Errno.EFAULT;

    private static Errno ReadLimit(in SyscallArguments a, VirtAddr from, out ulong soft, out ulong hard)
    {
        hard = 0;
        return a.Space.TryRead(from, out soft) && a.Space.TryRead(from + 8, out hard) ? Errno.None : Errno.EFAULT;
    }

    private static Errno Change(in SyscallArguments a, Process process, ResourceKind kind, ulong soft, ulong hard)
    {
        if (soft > hard)
        {
            return Errno.EINVAL;
        }

        if (kind == ResourceKind.OpenFiles && hard > FileTable.Maximum)
        {
            return Errno.EPERM;
        }

        if (hard > process.Limits.Hard(kind) && !a.Thread.Credentials.Has(Capability.SystemResource))
        {
            return Errno.EPERM;
        }

        process.Limits.Set(kind, soft, hard);
        switch (kind)
        {
            case ResourceKind.CpuTime:
                process.CpuLimit.Apply();
                break;
            case ResourceKind.AddressSpace:
                process.Memory.SizeLimit = soft;
                break;
            case ResourceKind.Stack:
                process.Memory.StackLimit = soft;
                break;
            case ResourceKind.Data:
                process.Memory.HeapLimit = soft;
                break;
            case ResourceKind.OpenFiles:
                process.Files.Limit = (int)soft;
                break;
        }

        return Errno.None;
    }
}

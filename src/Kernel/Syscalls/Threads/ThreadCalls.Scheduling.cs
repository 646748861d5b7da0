using System;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Time;

namespace Mote.Kernel.Syscalls;

// sched(7): one CPU, one policy that is fair to all. What programs set is accepted when Linux would accept it from them.
public sealed partial class ThreadCalls
{
    private const int PolicyOther = 0;
    private const int PolicyFifo = 1;
    private const int PolicyRoundRobin = 2;
    private const int PolicyBatch = 3;
    private const int PolicyIdle = 5;
    private const int ResetOnFork = 0x4000_0000;

    private void AddScheduling(SyscallTable table)
    {
        table.Add(SyscallNumber.SchedYield, Yield);
        table.Add(SyscallNumber.SchedGetaffinity, GetAffinity);
        table.Add(SyscallNumber.SchedSetaffinity, SetAffinity, "there is CPU 0 alone");
        table.Add(SyscallNumber.Getcpu, GetCpu);
        table.Add(SyscallNumber.SchedGetscheduler, GetPolicy, "always SCHED_OTHER");
        table.Add(SyscallNumber.SchedSetscheduler, SetPolicy, "real-time policies are EPERM");
        table.Add(SyscallNumber.SchedGetparam, GetParameter, "always priority 0");
        table.Add(SyscallNumber.SchedSetparam, SetParameter, "priority 0 only");
        table.Add(SyscallNumber.SchedGetPriorityMax, GetPriorityMax);
        table.Add(SyscallNumber.SchedGetPriorityMin, GetPriorityMin);
        table.Add(SyscallNumber.SchedRrGetInterval, GetInterval);
        table.Add(SyscallNumber.Getpriority, GetNice);
        table.Add(SyscallNumber.Setpriority, SetNice, "kept, but all threads get the same share");
        table.Refuse(SyscallNumber.SchedSetattr, NoRseq, "ENOSYS");
        table.Refuse(SyscallNumber.SchedGetattr, NoRseq, "ENOSYS");
        table.Refuse(SyscallNumber.IoprioGet, NoRseq, "ENOSYS");
        table.Refuse(SyscallNumber.IoprioSet, NoRseq, "ENOSYS");
    }

    private UserThread? Target(in SyscallArguments a) => a.Int0 == 0 ? a.Thread : a.Int0 < 0 ? null : host.FindThread(a.Int0);

    private Result<long> Yield(in SyscallArguments a)
    {
        // Those who sleep until now have their turn too.
        host.Scheduler.HandleInterrupts();
        host.Scheduler.Yield();
        return 0;
    }

    private Result<long> GetAffinity(in SyscallArguments a)
    {
        const int Bytes = 8;
        if (a.A1 < Bytes || (a.A1 & 7) != 0)
        {
            return Errno.EINVAL;
        }

        if (Target(in a) == null)
        {
            return Errno.ESRCH;
        }

        return a.Space.TryWrite(a.Address2, 1UL) ? Bytes : Errno.EFAULT;
    }

    private Result<long> SetAffinity(in SyscallArguments a)
    {
        Span<byte> mask = stackalloc byte[8];
        mask.Clear();
        int length = (int)Math.Min(a.A1, 8);
        if (a.Space.Read(a.Address2, mask[..length]) != length)
        {
            return Errno.EFAULT;
        }

        if (Target(in a) == null)
        {
            return Errno.ESRCH;
        }

        return (mask[0] & 1) != 0 ? 0 : Errno.EINVAL;
    }

    private Result<long> GetCpu(in SyscallArguments a)
    {
        if ((a.A0 != 0 && !a.Space.TryWrite(a.Address0, 0u)) || (a.A1 != 0 && !a.Space.TryWrite(a.Address1, 0u)))
        {
            return Errno.EFAULT;
        }

        return 0;
    }

    private Result<long> GetPolicy(in SyscallArguments a) => a.Int0 < 0 ? Errno.EINVAL : Target(in a) == null ? Errno.ESRCH : PolicyOther;

    private Result<long> SetPolicy(in SyscallArguments a)
    {
        int policy = a.Int1 & ~ResetOnFork;
        if (a.Int0 < 0 || a.A2 == 0 || !IsPolicy(policy))
        {
            return Errno.EINVAL;
        }

        if (Target(in a) == null)
        {
            return Errno.ESRCH;
        }

        if (!a.Space.TryRead(a.Address2, out int priority))
        {
            return Errno.EFAULT;
        }

        return IsRealTime(policy) ? priority is < 1 or > 99 ? Errno.EINVAL : Errno.EPERM : priority == 0 ? 0 : Errno.EINVAL;
    }

    private Result<long> GetParameter(in SyscallArguments a) =>
        a.Int0 < 0 || a.A1 == 0 ? Errno.EINVAL : Target(in a) == null ? Errno.ESRCH : a.Space.TryWrite(a.Address1, 0) ? 0 : Errno.EFAULT;

    private Result<long> SetParameter(in SyscallArguments a)
    {
        if (a.Int0 < 0 || a.A1 == 0)
        {
            return Errno.EINVAL;
        }

        if (Target(in a) == null)
        {
            return Errno.ESRCH;
        }

        return !a.Space.TryRead(a.Address1, out int priority) ? Errno.EFAULT : priority == 0 ? 0 : Errno.EINVAL;
    }

    private Result<long> GetPriorityMax(in SyscallArguments a) => IsRealTime(a.Int0) ? 99 : IsPolicy(a.Int0) ? 0 : Errno.EINVAL;

    private Result<long> GetPriorityMin(in SyscallArguments a) => IsRealTime(a.Int0) ? 1 : IsPolicy(a.Int0) ? 0 : Errno.EINVAL;

    private Result<long> GetInterval(in SyscallArguments a) =>
        a.Int0 < 0 ? Errno.EINVAL : Target(in a) == null ? Errno.ESRCH
        : Timespec.FromNanoseconds(Kernel.Tasks.Scheduler.SliceNs).TryWrite(a.Space, a.Address1) ? 0 : Errno.EFAULT;

    /// <summary>getpriority(2): the system call gives 20 less the nice value, so that it is never negative.</summary>
    private Result<long> GetNice(in SyscallArguments a)
    {
        if (a.Int0 is < 0 or > 2)
        {
            return Errno.EINVAL;
        }

        return 20 - a.Process.Nice;
    }

    private Result<long> SetNice(in SyscallArguments a)
    {
        if (a.Int0 is < 0 or > 2)
        {
            return Errno.EINVAL;
        }

        int nice = Math.Clamp(a.Int2, -20, 19);
        if (nice < a.Process.Nice && !a.Process.Credentials.IsPrivileged)
        {
            return Errno.EACCES;
        }

        a.Process.Nice = nice;
        return 0;
    }

    private static bool IsRealTime(int policy) => policy is PolicyFifo or PolicyRoundRobin;

    private static bool IsPolicy(int policy) => policy is PolicyOther or PolicyFifo or PolicyRoundRobin or PolicyBatch or PolicyIdle;
}

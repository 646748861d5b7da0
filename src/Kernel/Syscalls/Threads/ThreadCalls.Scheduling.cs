using System;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Time;

namespace Mote.Kernel.Syscalls;

// sched(7): one CPU that all threads get in turn. Policies and priorities are kept for whom they are set, as Linux would, and told back.
public sealed partial class ThreadCalls
{
    private const int ResetOnFork = 0x4000_0000;
    private const int HighestPriority = 99;

    private void AddScheduling(SyscallTable table)
    {
        const string Kept = "kept and told back; all threads get the CPU in turn";
        table.Add(SyscallNumber.SchedYield, Yield);
        table.Add(SyscallNumber.SchedGetaffinity, GetAffinity);
        table.Add(SyscallNumber.SchedSetaffinity, SetAffinity, "there is CPU 0 alone");
        table.Add(SyscallNumber.Getcpu, GetCpu);
        table.Add(SyscallNumber.SchedGetscheduler, GetPolicy);
        table.Add(SyscallNumber.SchedSetscheduler, SetPolicy, Kept);
        table.Add(SyscallNumber.SchedGetparam, GetParameter);
        table.Add(SyscallNumber.SchedSetparam, SetParameter, Kept);
        table.Add(SyscallNumber.SchedGetPriorityMax, GetPriorityMax);
        table.Add(SyscallNumber.SchedGetPriorityMin, GetPriorityMin);
        table.Add(SyscallNumber.SchedRrGetInterval, GetInterval);
        table.Add(SyscallNumber.SchedSetattr, SetAttributes, Kept + "; SCHED_DEADLINE is EBUSY, utilization clamps are EOPNOTSUPP");
        table.Add(SyscallNumber.SchedGetattr, GetAttributes);
        table.Add(SyscallNumber.Getpriority, GetNice);
        table.Add(SyscallNumber.Setpriority, SetNice, Kept);
        table.Add(SyscallNumber.IoprioGet, GetIoPriority);
        table.Add(SyscallNumber.IoprioSet, SetIoPriority, Kept);
    }

    private UserThread? Target(in SyscallArguments a) => FindThread(in a, a.Int0);

    private UserThread? FindThread(in SyscallArguments a, int id) => id == 0 ? a.Thread : id < 0 ? null : host.FindThread(id);

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

    private Result<long> GetPolicy(in SyscallArguments a)
    {
        UserThread? thread = Target(in a);
        return a.Int0 < 0 ? Errno.EINVAL
            : thread == null ? Errno.ESRCH
            : (long)thread.Scheduling.Policy | (thread.Scheduling.ResetsOnFork ? ResetOnFork : 0L);
    }

    private Result<long> SetPolicy(in SyscallArguments a)
    {
        if (a.Int1 < 0)
        {
            return Errno.EINVAL;
        }

        return SetParameters(in a, a.Address2, (SchedulingPolicy)(a.Int1 & ~ResetOnFork), (a.Int1 & ResetOnFork) != 0);
    }

    private Result<long> GetParameter(in SyscallArguments a)
    {
        UserThread? thread = Target(in a);
        return a.Int0 < 0 || a.A1 == 0 ? Errno.EINVAL
            : thread == null ? Errno.ESRCH
            : a.Space.TryWrite(a.Address1, thread.Scheduling.Priority) ? 0 : Errno.EFAULT;
    }

    private Result<long> SetParameter(in SyscallArguments a) => SetParameters(in a, a.Address1, null, resets: false);

    private Result<long> SetParameters(in SyscallArguments a, Machine.VirtAddr from, SchedulingPolicy? policy, bool resets)
    {
        if (a.Int0 < 0 || from.Value == 0)
        {
            return Errno.EINVAL;
        }

        if (!a.Space.TryRead(from, out int priority))
        {
            return Errno.EFAULT;
        }

        UserThread? thread = Target(in a);
        if (thread == null)
        {
            return Errno.ESRCH;
        }

        SchedulingAttributes old = thread.Scheduling;
        if (policy == SchedulingPolicy.Deadline)
        {
            return Errno.EINVAL; // it has no parameters here
        }

        return Change(in a, thread, old with { Policy = policy ?? old.Policy, Priority = priority, ResetsOnFork = policy == null ? old.ResetsOnFork : resets });
    }

    /// <summary>Checks what Linux checks (__sched_setscheduler), and sets it.</summary>
    private static Result<long> Change(in SyscallArguments a, UserThread thread, SchedulingAttributes wanted)
    {
        if (!IsPolicy((int)wanted.Policy) || unchecked((uint)wanted.Priority) > HighestPriority || wanted.IsRealTime != (wanted.Priority != 0))
        {
            return Errno.EINVAL;
        }

        SchedulingAttributes old = thread.Scheduling;
        if (!a.Thread.Credentials.Has(Capability.SystemNice))
        {
            ulong highest = thread.Process.Limits.Soft(ResourceKind.RealTimePriority);
            if ((wanted.Nice < old.Nice && !MayHaveNice(thread, wanted.Nice))
                || (wanted.IsRealTime && ((wanted.Policy != old.Policy && highest == 0) || (wanted.Priority > old.Priority && (ulong)wanted.Priority > highest)))
                || (old.Policy == SchedulingPolicy.Idle && wanted.Policy != SchedulingPolicy.Idle && !MayHaveNice(thread, old.Nice))
                || (old.ResetsOnFork && !wanted.ResetsOnFork))
            {
                return Errno.EPERM;
            }
        }

        thread.Scheduling = wanted;
        return 0;
    }

    private Result<long> GetPriorityMax(in SyscallArguments a) => IsRealTime(a.Int0) ? HighestPriority : IsPolicy(a.Int0) ? 0 : Errno.EINVAL;

    private Result<long> GetPriorityMin(in SyscallArguments a) => IsRealTime(a.Int0) ? 1 : IsPolicy(a.Int0) ? 0 : Errno.EINVAL;

    private Result<long> GetInterval(in SyscallArguments a)
    {
        UserThread? thread = Target(in a);
        return a.Int0 < 0 ? Errno.EINVAL
            : thread == null ? Errno.ESRCH
            : Timespec.FromNanoseconds(thread.Scheduling.Policy == SchedulingPolicy.Fifo ? 0 : Kernel.Tasks.Scheduler.SliceNs).TryWrite(a.Space, a.Address1) ? 0
            : Errno.EFAULT;
    }

    private static bool IsRealTime(int policy) => (SchedulingPolicy)policy is SchedulingPolicy.Fifo or SchedulingPolicy.RoundRobin;

    private static bool IsPolicy(int policy) => (SchedulingPolicy)policy is SchedulingPolicy.Other or SchedulingPolicy.Fifo or SchedulingPolicy.RoundRobin
        or SchedulingPolicy.Batch or SchedulingPolicy.Idle or SchedulingPolicy.Deadline;
}

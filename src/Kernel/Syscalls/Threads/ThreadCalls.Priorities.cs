using System;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;

namespace Mote.Kernel.Syscalls;

// getpriority(2), setpriority(2), ioprio_get(2), ioprio_set(2): of a thread, a process group's threads or a user's.
public sealed partial class ThreadCalls
{
    private const int LowestNice = -20;
    private const int HighestNice = 19;
    private const int OfThread = 0;
    private const int OfGroup = 1;
    private const int OfUser = 2;

    private static bool MayHaveNice(UserThread thread, int nice) => (ulong)(20 - nice) <= thread.Process.Limits.Soft(ResourceKind.Nice);

    /// <summary>Whether a thread is among those that a kind and a number name; zero names the caller's own.</summary>
    private static bool IsMeant(in SyscallArguments a, UserThread thread, int kind, int who) => kind switch
    {
        OfThread => who == 0 ? thread == a.Thread : thread.Id == who,
        OfGroup => thread.Process.GroupId == (who == 0 ? a.Process.GroupId : who),
        _ => thread.Credentials.User.Real == (who == 0 ? a.Thread.Credentials.User.Real : unchecked((uint)who)),
    };

    /// <summary>getpriority(2): the system call gives 20 less the nice value, so that it is never negative; of several the most favoured.</summary>
    private Result<long> GetNice(in SyscallArguments a)
    {
        if (a.Int0 is < OfThread or > OfUser)
        {
            return Errno.EINVAL;
        }

        long best = -1;
        foreach (Process process in host.Processes)
        {
            foreach (UserThread thread in process.Threads)
            {
                best = IsMeant(in a, thread, a.Int0, a.Int1) ? Math.Max(best, 20 - thread.Scheduling.Nice) : best;
            }
        }

        return best < 0 ? Errno.ESRCH : best;
    }

    private Result<long> SetNice(in SyscallArguments a)
    {
        if (a.Int0 is < OfThread or > OfUser)
        {
            return Errno.EINVAL;
        }

        int nice = Math.Clamp(a.Int2, LowestNice, HighestNice);
        Errno outcome = Errno.ESRCH;
        foreach (Process process in host.Processes)
        {
            foreach (UserThread thread in process.Threads)
            {
                if (!IsMeant(in a, thread, a.Int0, a.Int1))
                {
                    continue;
                }

                if (nice < thread.Scheduling.Nice && !a.Thread.Credentials.Has(Capability.SystemNice) && !MayHaveNice(thread, nice))
                {
                    outcome = Errno.EACCES;
                    continue;
                }

                outcome = outcome == Errno.ESRCH ? Errno.None : outcome;
                thread.Scheduling = thread.Scheduling with { Nice = nice };
            }
        }

        return outcome == Errno.None ? 0 : outcome;
    }

    private Result<long> GetIoPriority(in SyscallArguments a)
    {
        int kind = unchecked(a.Int0 - 1);
        if (kind is < OfThread or > OfUser)
        {
            return Errno.EINVAL;
        }

        // The best of several: a lower class and a lower level, and none counts as the middle of the ordinary one.
        int best = -1;
        foreach (Process process in host.Processes)
        {
            foreach (UserThread thread in process.Threads)
            {
                int own = thread.Scheduling.IoPriority;
                if (IsMeant(in a, thread, kind, a.Int1) && (best < 0 || Effective(own) < Effective(best)))
                {
                    best = own;
                }
            }
        }

        return best < 0 ? Errno.ESRCH : best;
    }

    private Result<long> SetIoPriority(in SyscallArguments a)
    {
        const int ClassShift = 13;
        const int Levels = 8;
        const int None = 0;
        const int RealTime = 1;
        const int BestEffort = 2;
        const int Idle = 3;
        int kind = unchecked(a.Int0 - 1);
        int value = a.Int2 & 0xffff;
        int level = value & (Levels - 1);
        switch (value >> ClassShift)
        {
            case RealTime when !a.Thread.Credentials.Has(Capability.SystemAdmin) && !a.Thread.Credentials.Has(Capability.SystemNice):
                return Errno.EPERM;
            case RealTime or BestEffort or Idle:
            case None when level == 0:
                break;
            default:
                return Errno.EINVAL;
        }

        if (kind is < OfThread or > OfUser)
        {
            return Errno.EINVAL;
        }

        bool isFound = false;
        foreach (Process process in host.Processes)
        {
            foreach (UserThread thread in process.Threads)
            {
                if (IsMeant(in a, thread, kind, a.Int1))
                {
                    isFound = true;
                    thread.Scheduling = thread.Scheduling with { IoPriority = value };
                }
            }
        }

        return isFound ? 0 : Errno.ESRCH;
    }

    private static int Effective(int ioPriority)
    {
        const int MiddleOfBestEffort = (2 << 13) | 4;
        return ioPriority == 0 ? MiddleOfBestEffort : ioPriority;
    }
}

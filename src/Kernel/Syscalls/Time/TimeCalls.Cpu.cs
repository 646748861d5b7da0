using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Tasks;
using Mote.Kernel.Time;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

// Clocks of CPU time (clock_getcpuclockid(3), kernel/time/posix-cpu-timers.c).
public sealed partial class TimeCalls
{
    /// <summary>CPUCLOCK_SCHED, among the three times of a clock number that is made of a process or thread.</summary>
    private const int ScheduledTime = 2;

    /// <summary>
    /// The clock of CPU time with a number. The negative ones are the complement of an id, then three bits: per thread, and which time counts (all, the program's own, all). EINVAL.
    /// </summary>
    private Result<CpuClock> FindCpuClock(in SyscallArguments a, int clock, bool isForReading)
    {
        const int PerThread = 4;
        const int TimeMask = 3;
        const int OwnTime = 1;
        switch (clock)
        {
            case ProcessCpu:
                return new CpuClock(a.Process);
            case ThreadCpu:
                return new CpuClock(a.Process, a.Thread);
            case >= 0:
                return Errno.EINVAL;
        }

        int id = ~(clock >> 3);
        int time = clock & TimeMask;
        if (time > ScheduledTime)
        {
            return Errno.EINVAL;
        }

        if ((clock & PerThread) != 0)
        {
            UserThread? thread = id == 0 ? a.Thread : host.FindThread(id);
            return thread?.Process == a.Process ? new CpuClock(a.Process, thread, time == OwnTime) : Errno.EINVAL;
        }

        // Reading may name the calling thread in place of its process.
        Process? process = id == 0 || (isForReading && id == a.Thread.Id) ? a.Process : host.FindProcess(id);
        return process == null ? Errno.EINVAL : new CpuClock(process, null, time == OwnTime);
    }

    /// <summary>clock_nanosleep(2) on CPU time: another thread must use the CPU meanwhile. EINVAL for the caller's own time, which stands still while it sleeps.</summary>
    private Result<long> SleepOnCpu(in SyscallArguments a, CpuClock clock, ulong nanoseconds, bool isAbsolute)
    {
        if (clock.Thread == a.Thread)
        {
            return Errno.EINVAL;
        }

        ulong now = clock.NowNs;
        ulong due = isAbsolute ? nanoseconds : a.Thread.DeadlineAfter(nanoseconds, now);
        CpuSleep sleep = new(a.Thread, clock);
        clock.Process.CpuTimers.Arm(sleep, due);
        WaitResult result = WaitResult.Woken;
        while (!sleep.IsOver && result != WaitResult.Interrupted)
        {
            result = _nothing.Wait(Instant.Never);
        }

        clock.Process.CpuTimers.Cancel(sleep);
        if (sleep.IsOver)
        {
            return 0;
        }

        if (isAbsolute)
        {
            return Errno.ERESTARTNOHAND;
        }

        now = clock.NowNs;
        Timespec left = Timespec.FromNanoseconds(due > now ? due - now : 0);
        return a.A3 != 0 && !left.TryWrite(a.Space, a.Address3) ? Errno.EFAULT : Errno.ERESTART_RESTARTBLOCK;
    }
}

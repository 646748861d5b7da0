using Mote.Machine;

namespace Mote.Kernel.Tasks;

/// <summary>
/// Work in one system call whose length a program chooses: a read of two gigabytes of zeros. Every <see cref="StepBytes"/> or so, at a point where the thread could sleep as well, it asks
/// here whether to go on. Interrupts are taken then, so that timers expire, and the CPU is given away when the thread's slice has ended.
/// </summary>
public static class LongWork
{
    /// <summary>How much is done between two questions.</summary>
    public const int StepBytes = 1 << 20;

    /// <summary>False when a signal came, and what has been done so far is to be reported.</summary>
    [AllocationFree]
    public static bool IsUndisturbed()
    {
        if (CpuContext.Current.Owner is not KernelThread thread)
        {
            return true;
        }

        thread.Scheduler.GiveWay();
        return !thread.IsInterruptPending;
    }

    /// <summary>False when the thread is about to end, so that the work is for nobody. Other signals wait until it is done, as on Linux for files that are in memory.</summary>
    [AllocationFree]
    public static bool IsWanted()
    {
        if (CpuContext.Current.Owner is not KernelThread thread)
        {
            return true;
        }

        thread.Scheduler.GiveWay();
        return !thread.IsInterruptPending || !thread.MustEnd;
    }
}

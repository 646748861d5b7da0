namespace Mote.Kernel.Processes;

/// <summary>A clock that counts the CPU time of a process or of one of its threads, or the part of it that the program itself used.</summary>
public readonly struct CpuClock(Process process, UserThread? thread = null, bool isUserOnly = false)
{
    public Process Process => process;

    /// <summary>The thread whose time counts; null counts the whole process.</summary>
    public UserThread? Thread => thread;

    /// <summary>Whether time in the kernel is left out (CPUCLOCK_VIRT, ITIMER_VIRTUAL).</summary>
    public bool IsUserOnly => isUserOnly;

    public ulong NowNs =>
        isUserOnly ? (thread != null ? thread.CpuTimes : process.CpuTimes).UserNs
        : thread != null ? thread.TotalCpuTimeNs
        : process.CpuTimeNs;
}

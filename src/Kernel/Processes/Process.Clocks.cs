namespace Mote.Kernel.Processes;

// CPU time of the whole process.
public sealed partial class Process
{
    /// <summary>CPU time of all threads, living and ended, nanoseconds.</summary>
    public ulong CpuTimeNs
    {
        get
        {
            ulong sum = EndedThreadsTimeNs;
            foreach (UserThread thread in _threads)
            {
                sum += thread.CpuTimeNowNs;
            }

            return sum;
        }
    }
}

using Mote.Abi.Linux;

namespace Mote.Kernel.Processes;

// The end of a process: exit_group(2), a fatal signal, or the end of its last thread.
public sealed partial class Process
{
    /// <summary>Set once the end has been decided; every thread ends before it would enter the program again.</summary>
    public bool IsExiting { get; private set; }

    /// <summary>Ends every thread. <paramref name="waitStatus"/> is as wait(2) encodes it; the first caller's holds.</summary>
    public void ExitGroup(int waitStatus)
    {
        if (IsExiting)
        {
            return;
        }

        IsExiting = true;
        ExitStatus = waitStatus;
        IsStopped = false;
        Continued.WakeAll();
        foreach (UserThread thread in _threads)
        {
            thread.RequestExit();
        }
    }

    /// <summary>A thread has ended. With the last one the process has.</summary>
    internal void Remove(UserThread thread)
    {
        EndedThreadsTimeNs += thread.CpuTimeNs;
        _threads.Remove(thread);
        Host.Remove(thread);
        if (_threads.Count == 0)
        {
            HasExited = true;
            Host.Remove(this);
            Ended.WakeAll();
        }
    }
}

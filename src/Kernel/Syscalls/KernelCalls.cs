using Mote.Kernel.Processes;

namespace Mote.Kernel.Syscalls;

/// <summary>The families of this folder that need processes and nothing else, added in one place.</summary>
public static class KernelCalls
{
    /// <summary>Adds memory, threads, futexes, signals, processes, time and system information. The families of files are added beside it.</summary>
    public static void AddTo(SyscallTable table, ProcessHost host)
    {
        new MemoryCalls().AddTo(table);
        new ThreadCalls(host).AddTo(table);
        new FutexCalls(host).AddTo(table);
        new SignalCalls(host).AddTo(table);
        new ProcessCalls(host).AddTo(table);
        new TimeCalls(host).AddTo(table);
        new SystemInfoCalls(host).AddTo(table);
    }
}

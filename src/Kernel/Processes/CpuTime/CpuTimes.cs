namespace Mote.Kernel.Processes;

/// <summary>CPU time of a thread or a process, nanoseconds: in the program and in the kernel on its behalf.</summary>
public readonly record struct CpuTimes(ulong UserNs, ulong SystemNs);

namespace Mote.Kernel.Processes;

/// <summary>A directory that stands for a process, /proc/PID: pidfd_send_signal(2) takes it as it takes a descriptor of pidfd_open(2).</summary>
public interface IProcessPlace
{
    /// <summary>The process; null for a directory of a thread.</summary>
    Process? NamedProcess { get; }
}

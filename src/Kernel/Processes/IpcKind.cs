namespace Mote.Kernel.Processes;

/// <summary>The kinds of System V objects.</summary>
public enum IpcKind
{
    MessageQueue,
    SemaphoreSet,
    SharedMemory,
}

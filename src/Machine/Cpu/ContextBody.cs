namespace Mote.Machine;

/// <summary>What a kernel thread does; <see cref="CpuContext"/> calls it once on the thread's own stack.</summary>
public abstract class ContextBody
{
    /// <summary>The thread's work. It must not return: a thread that is done switches away for good.</summary>
    public abstract void Run();
}

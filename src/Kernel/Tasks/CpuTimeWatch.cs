using Mote.Machine;

namespace Mote.Kernel.Tasks;

/// <summary>
/// A timer on the use of the CPU. The threads whose use counts refer to it (<see cref="KernelThread.Watch"/>), so that it needs to be armed only while one of them runs.
/// </summary>
public abstract class CpuTimeWatch : TimerNode
{
    /// <summary>A thread that is watched is about to run.</summary>
    public abstract void Resume(KernelThread next, Instant now);
}

namespace Mote.Kernel.Tasks;

/// <summary>Where a thread is in its life.</summary>
public enum ThreadState
{
    /// <summary>Made, never started.</summary>
    New,

    /// <summary>Running or in the run queue.</summary>
    Runnable,

    /// <summary>Waiting; a signal or <see cref="KernelThread.Interrupt"/> ends the wait early.</summary>
    Sleeping,

    /// <summary>Waiting; only the event itself ends it.</summary>
    SleepingUninterruptibly,

    /// <summary>Kept from running by <see cref="Scheduler.Hold"/>, whatever it does or waits for.</summary>
    Held,

    /// <summary>Gone: it will never run again.</summary>
    Exited,
}

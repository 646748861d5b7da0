using System.Collections.Generic;

namespace Mote.Kernel.Tasks;

// Threads that stand still where they are, to be looked at.
public sealed partial class Scheduler
{
    /// <summary>
    /// Keeps threads from running until <see cref="Release"/>: they stay in what they do. A wait that ends meanwhile ends for them then.
    /// The running thread and threads that were not
    /// started are left out.
    /// </summary>
    public void Hold(IReadOnlyList<KernelThread> threads)
    {
        for (int i = 0; i < threads.Count; i++)
        {
            KernelThread thread = threads[i];
            if (thread != Running && thread.State is ThreadState.Runnable or ThreadState.Sleeping or ThreadState.SleepingUninterruptibly)
            {
                thread.HeldIn = thread.State;
                thread.State = ThreadState.Held;
            }
        }

        // Through the run queue once, without them.
        for (int left = _readyCount; left > 0; left--)
        {
            KernelThread thread = Dequeue();
            if (thread.State != ThreadState.Held)
            {
                Enqueue(thread);
            }
        }
    }

    /// <summary>Lets held threads go on; others are left alone.</summary>
    public void Release(IReadOnlyList<KernelThread> threads)
    {
        for (int i = 0; i < threads.Count; i++)
        {
            KernelThread thread = threads[i];
            if (thread.State != ThreadState.Held)
            {
                continue;
            }

            thread.State = thread.HeldIn;
            if (thread.State == ThreadState.Runnable)
            {
                Enqueue(thread);
            }
            else if (thread.State == ThreadState.Sleeping && thread.IsInterruptPending)
            {
                _ = WakeWith(thread, WaitResult.Interrupted); // it sleeps
            }
        }
    }

    private static bool WakeHeld(KernelThread thread, WaitResult outcome)
    {
        if (thread.HeldIn == ThreadState.Runnable)
        {
            return false;
        }

        thread.HeldIn = ThreadState.Runnable;
        thread.Outcome = outcome;
        return true;
    }
}

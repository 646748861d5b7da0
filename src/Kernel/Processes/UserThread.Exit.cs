using Mote.Machine;

namespace Mote.Kernel.Processes;

// The end of a thread.
public sealed partial class UserThread
{
    private const uint OwnerDied = FutexTable.OwnerDied;
    private const uint Waiters = FutexTable.Waiters;
    private const uint OwnerMask = FutexTable.OwnerMask;
    private const int MaxRobustEntries = 2048;

    /// <summary>Ends this thread, which must be the current one; the last thread of a process ends the process. The code is what exit(2) was given. Never returns.</summary>
    public void ExitThread(int code = 0)
    {
        Process.Host.Observer?.OnExit(this, Process.IsEnding ? Process.ExitStatus : (code & 0xff) << 8);
        ReleaseRobustFutexes();
        if (ClearOnExit.Value != 0 && Process.Space.TryWrite(ClearOnExit, 0u))
        {
            Process.Host.Futexes.Wake(Process.Memory, ClearOnExit, 1, uint.MaxValue);
        }

        Process.Remove(this);
        Scheduler.Exit();
    }

    /// <summary>Marks the futexes that the thread holds as orphaned and wakes who waits for them (the kernel's Documentation/locking/robust-futexes).</summary>
    internal void ReleaseRobustFutexes()
    {
        Process.Host.Futexes.ReleaseLocks(this);
        VirtAddr head = RobustList;
        RobustList = default;
        AddressSpace space = Process.Space;
        if (head.Value == 0 || !space.TryRead(head, out ulong next) || !space.TryRead(head + 8, out long offset) || !space.TryRead(head + 16, out ulong pending))
        {
            return;
        }

        for (int i = 0; i < MaxRobustEntries && (next & ~1UL) != head.Value; i++)
        {
            ulong entry = next & ~1UL;
            if (!space.TryRead(new VirtAddr(entry), out next))
            {
                break;
            }

            if (entry != (pending & ~1UL))
            {
                ReleaseRobust(new VirtAddr(unchecked(entry + (ulong)offset)));
            }
        }

        if ((pending & ~1UL) != 0)
        {
            VirtAddr word = new(unchecked((pending & ~1UL) + (ulong)offset));
            if ((word.Value & 3) == 0 && space.TryRead(word, out uint value) && value == 0)
            {
                // It was about to unlock and to wake somebody: that is done for it (handle_futex_death).
                Process.Host.Futexes.Wake(Process.Memory, word, 1, uint.MaxValue);
            }

            ReleaseRobust(word);
        }
    }

    private void ReleaseRobust(VirtAddr word)
    {
        AddressSpace space = Process.Space;
        if ((word.Value & 3) != 0 || !space.TryRead(word, out uint value))
        {
            return;
        }

        while ((value & OwnerMask) == (uint)Id)
        {
            if (!space.TryCompareExchange(word, value, (value & Waiters) | OwnerDied, out uint actual))
            {
                return;
            }

            if (actual == value)
            {
                if ((value & Waiters) != 0)
                {
                    Process.Host.Futexes.Wake(Process.Memory, word, 1, uint.MaxValue);
                }

                return;
            }

            value = actual;
        }
    }
}

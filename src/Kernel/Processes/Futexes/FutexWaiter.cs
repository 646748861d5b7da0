namespace Mote.Kernel.Processes;

/// <summary>A thread's place in the futex table: part of the thread, so that waiting allocates nothing.</summary>
internal sealed class FutexWaiter(UserThread thread)
{
    internal FutexWaiter? Next;
    internal FutexWaiter? Previous;

    internal UserThread Thread => thread;

    internal FutexKey Key;

    /// <summary>FUTEX_WAIT_BITSET's mask.</summary>
    internal uint Mask;

    internal bool IsQueued;
}

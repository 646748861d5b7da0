using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>A thread's place in the futex table: part of the thread, so that waiting for one word allocates nothing.</summary>
public sealed class FutexWaiter(UserThread thread)
{
    internal FutexWaiter? Next;
    internal FutexWaiter? Previous;

    internal UserThread Thread => thread;

    internal FutexKey Key;

    /// <summary>The word, and what it must hold: of one that waits for several (futex_waitv(2)).</summary>
    public VirtAddr Word { get; init; }

    /// <inheritdoc cref="Word"/>
    public uint Expected { get; init; }

    /// <summary>FUTEX_WAIT_BITSET's mask.</summary>
    public uint Mask { get; set; }

    /// <summary>Whether it waits for a lock to be handed over, and for which (FUTEX_LOCK_PI).</summary>
    internal bool IsLocking;

    /// <inheritdoc cref="IsLocking"/>
    internal VirtAddr LockWord;

    internal bool IsQueued;
}

using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Syscalls.Ipc;

/// <summary>
/// Operations of a thread that waits in semop(2). Another thread ends them, and does them before it does if they can be done.
/// </summary>
internal sealed class PendingOperation
{
    private readonly WaitQueue _ended = new();

    public PendingOperation(SemaphoreOperation[] operations, int process, int blocked)
    {
        Operations = operations;
        Process = process;
        Blocked = blocked;
        Place = new LinkedListNode<PendingOperation>(this);
    }

    public SemaphoreOperation[] Operations { get; }

    /// <summary>The process whose operations they are.</summary>
    public int Process { get; }

    /// <summary>The one that had to wait at the last look.</summary>
    public int Blocked { get; set; }

    /// <summary>The place among those that wait for the set.</summary>
    public LinkedListNode<PendingOperation> Place { get; }

    /// <summary>What came of them; null while they wait.</summary>
    public Errno? Outcome { get; private set; }

    /// <summary>A quick look, for one operation alone: whether nothing has changed for it.</summary>
    public bool IsStillBlocked(int[] values) => Operations.Length == 1 && Operations[0].IsBlockedAt(values[Operations[0].Number]);

    public void End(Errno outcome)
    {
        Outcome = outcome;
        _ended.WakeAll();
    }

    public WaitResult Wait(Instant deadline) => _ended.Wait(deadline);
}

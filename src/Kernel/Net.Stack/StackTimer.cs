using System.Runtime.CompilerServices;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>
/// Calls <see cref="NetStack.Poll"/> in time, by the timers of whoever owns the clock. <see cref="Update"/> follows every entry to the stack. A timer that fires too early only costs a look, so
/// one is not moved to later.
/// </summary>
public sealed class StackTimer(NetStack stack, TimerQueue timers) : TimerNode
{
    /// <summary>The stack may have something to do sooner than before.</summary>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update()
    {
        Instant next = stack.NextDeadline;
        if (next < Deadline)
        {
            timers.Arm(this, next);
        }
    }

    [AllocationFree]
    public override void Expire(Instant now)
    {
        stack.Poll(now);
        Update();
    }
}

using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Processes;

/// <summary>What does a thread's system calls: the table above.</summary>
public abstract class SystemCalls
{
    /// <summary>Does the call whose number is in RAX. The caller stores the result.</summary>
    public abstract Result<long> Call(UserThread thread, ref UserRegisters registers);

    /// <summary>Whether a call allocates, so that it may only begin when memory for it is reserved.</summary>
    public abstract bool NeedsReservation(ulong number);
}

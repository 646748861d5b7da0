namespace Mote.Machine;

/// <summary>Why the CPU came back from the program.</summary>
public enum TrapKind
{
    /// <summary>The SYSCALL instruction. The number is in Rax and the arguments in Rdi, Rsi, Rdx, R10, R8, R9.</summary>
    SystemCall,

    /// <summary>A page fault: <see cref="Trap.FaultAddress"/> and <see cref="Trap.WantedAccess"/> say which.</summary>
    PageFault,

    /// <summary>Another CPU exception: <see cref="Trap.Vector"/> and <see cref="Trap.ErrorCode"/> (SDM volume 3, 6.15).</summary>
    Exception,

    /// <summary>A device or timer interrupt; it has been acknowledged and is pending in <see cref="Interrupts"/>.</summary>
    Interrupt,
}

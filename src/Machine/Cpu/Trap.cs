namespace Mote.Machine;

/// <summary>What ended a stay in user mode (<see cref="CpuContext.EnterUser"/>).</summary>
public readonly struct Trap
{
    internal Trap(TrapKind kind, int vector, uint errorCode, VirtAddr faultAddress)
    {
        Kind = kind;
        Vector = vector;
        ErrorCode = errorCode;
        FaultAddress = faultAddress;
    }

    public TrapKind Kind { get; }

    /// <summary>Exception vector 0 to 31.</summary>
    public int Vector { get; }

    /// <summary>The error code that the CPU pushed, or zero.</summary>
    public uint ErrorCode { get; }

    /// <summary>CR2 of a page fault; DR6 of a debug exception.</summary>
    public VirtAddr FaultAddress { get; }

    /// <summary>Of a debug exception: a single step, rather than a breakpoint or the instruction for one (DR6.BS; SDM volume 3, 18.2.3).</summary>
    public bool IsSingleStep => (FaultAddress.Value & 0x4000) != 0;

    /// <summary>What the faulting instruction tried (error code bits 1 and 4; SDM volume 3, 4.7).</summary>
    public PageAccess WantedAccess =>
        (ErrorCode & 0x10) != 0 ? PageAccess.Execute : (ErrorCode & 2) != 0 ? PageAccess.Write : PageAccess.Read;

    /// <summary>The page was present and refused the access, rather than absent (error code bit 0).</summary>
    public bool IsProtectionViolation => (ErrorCode & 1) != 0;

    /// <summary>The program's instruction made the access, rather than the CPU on its behalf (error code bit 2).</summary>
    public bool IsProgramAccess => (ErrorCode & 4) != 0;
}

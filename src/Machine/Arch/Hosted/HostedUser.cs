using System;

namespace Mote.Machine;

/// <summary>The fake program of the fake machine: a test supplies what happens when the kernel enters user mode.</summary>
public static class HostedUser
{
    /// <summary>Called for each <see cref="CpuContext.EnterUser"/>; it may change the registers and returns the trap.</summary>
    public static Func<CpuContext, Trap>? Program { get; set; }

    /// <summary>A system call trap, for use by <see cref="Program"/>.</summary>
    public static Trap SystemCall => new(TrapKind.SystemCall, 0, 0, default);

    /// <summary>A page fault trap, for use by <see cref="Program"/>.</summary>
    public static Trap PageFault(VirtAddr address, PageAccess wanted) =>
        new(TrapKind.PageFault, 14, wanted == PageAccess.Write ? 2u : wanted == PageAccess.Execute ? 0x10u : 0u, address);

    internal static Trap Enter(CpuContext context) =>
        Program?.Invoke(context) ?? throw new InvalidOperationException("No hosted program is set.");
}

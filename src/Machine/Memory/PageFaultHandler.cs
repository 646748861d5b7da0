namespace Mote.Machine;

/// <summary>
/// Decides what a missing or protected page of an address space becomes. The kernel's memory maps implement it; user-memory access
/// calls it so that a system call sees the same demand paging as the program.
/// </summary>
public abstract class PageFaultHandler
{
    /// <summary>Makes the page at <paramref name="address"/> accessible. False when the access is an error (EFAULT, SIGSEGV, SIGBUS) or memory ran out.</summary>
    public abstract bool TryResolve(VirtAddr address, PageAccess wanted);
}

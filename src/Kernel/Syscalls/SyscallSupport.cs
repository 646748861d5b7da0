namespace Mote.Kernel.Syscalls;

/// <summary>How much of a system call is there.</summary>
public enum SyscallSupport : byte
{
    /// <summary>ENOSYS, or another refusal that the note names.</summary>
    None,

    /// <summary>What the note says is missing or different.</summary>
    Partial,

    /// <summary>As on Linux, as far as programs of one process can tell.</summary>
    Full,
}

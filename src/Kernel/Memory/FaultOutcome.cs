namespace Mote.Kernel.Memory;

/// <summary>How the attempt to make a page accessible ended.</summary>
public enum FaultOutcome
{
    /// <summary>The access may be tried again.</summary>
    Resolved,

    /// <summary>Nothing is mapped there: SIGSEGV with SEGV_MAPERR.</summary>
    NotMapped,

    /// <summary>The mapping forbids the access: SIGSEGV with SEGV_ACCERR.</summary>
    NotAllowed,

    /// <summary>The page lies behind the end of its file, or could not be read: SIGBUS with BUS_ADRERR.</summary>
    NoPage,

    /// <summary>No frame or no page table left.</summary>
    OutOfMemory,
}

namespace Mote.Kernel.Fs.Ram;

/// <summary>What may be done about a memory file's seals (memfd_create(2)).</summary>
public enum MemoryFileKind
{
    /// <summary>It has F_SEAL_SEAL from the start.</summary>
    Unsealable,

    /// <summary>MFD_ALLOW_SEALING.</summary>
    Sealable,

    /// <summary>MFD_NOEXEC_SEAL: sealable, not executable, and F_SEAL_EXEC keeps it so.</summary>
    NoProgram,
}

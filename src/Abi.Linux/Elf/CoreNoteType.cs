namespace Mote.Abi.Linux;

/// <summary>Kinds of notes in a core file (elf.h; the layouts are in Linux's linux/elfcore.h and fs/binfmt_elf.c).</summary>
public enum CoreNoteType : uint
{
    /// <summary>struct elf_prstatus: a thread's signal and general registers.</summary>
    ThreadStatus = 1,

    /// <summary>A thread's floating-point registers as FXSAVE stores them.</summary>
    FloatingPoint = 2,

    /// <summary>struct elf_prpsinfo: the process.</summary>
    ProcessInfo = 3,

    /// <summary>The auxiliary vector.</summary>
    AuxiliaryVector = 6,

    /// <summary>A thread's extended state as XSAVE stores it.</summary>
    ExtendedState = 0x202,

    /// <summary>The mapped files.</summary>
    Files = 0x46494c45,

    /// <summary>siginfo_t of the signal that ended the process.</summary>
    SignalInfo = 0x53494749,
}

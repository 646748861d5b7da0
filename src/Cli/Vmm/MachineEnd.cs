namespace Mote.Cli.Vmm;

/// <summary>Why a machine ended.</summary>
internal enum MachineEnd
{
    /// <summary>The program ended and the kernel told its status.</summary>
    Exited,

    /// <summary>The machine stopped without a status: a kernel panic or a failure of QEMU.</summary>
    Failed,

    /// <summary>The tool ended it: time ran out, a signal came, or nobody reads the output.</summary>
    Stopped,
}

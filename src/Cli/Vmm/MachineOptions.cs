namespace Mote.Cli.Vmm;

/// <summary>What a machine is started with.</summary>
internal sealed record MachineOptions
{
    /// <summary>The kernel: an ELF file with a PVH note.</summary>
    public required string KernelPath { get; init; }

    /// <summary>The root file system, or <c>null</c> for a machine without one.</summary>
    public string? RootImagePath { get; init; }

    /// <summary>Words of the kernel's that every user of the host may read (ps(1)); see <see cref="Vmm.KernelCommandLine"/>.</summary>
    public string KernelCommandLine { get; init; } = "";

    /// <summary>Further words, which reach the kernel by a pipe to QEMU: arguments and environment may be secret.</summary>
    public string Configuration { get; init; } = "";

    /// <summary>Whether QEMU denies itself what it does not need (-sandbox). One that was built without libseccomp cannot.</summary>
    public bool IsSandboxed { get; init; } = true;

    public required MemorySize Memory { get; init; }

    public MachineModel Model { get; init; } = MachineModel.Microvm;

    /// <summary>Kvm or Tcg; Auto must have been resolved.</summary>
    public Accelerator Accelerator { get; init; } = Accelerator.Tcg;

    public NetworkOptions Network { get; init; } = NetworkOptions.None;

    /// <summary>Tools of the host may reach the program's diagnostic socket.</summary>
    public bool Diagnostics { get; init; }

    /// <summary>Loopback port on which QEMU waits for a debugger before the first instruction.</summary>
    public int? DebuggerPort { get; init; }
}

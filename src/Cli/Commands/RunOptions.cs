using System;
using Mote.Cli.Terminals;
using Mote.Cli.Vmm;
using Mote.Imaging;

namespace Mote.Cli.Commands;

/// <summary>What the user asked of <c>mote run</c>.</summary>
internal sealed record RunOptions
{
    public required ImageRequest Image { get; init; }

    public MemorySize Memory { get; init; } = MemorySize.FromMebibytes(512);

    /// <summary>The longest time the machine may run, from the start of QEMU; <c>null</c> is no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How long the program has to end after the signal that asks it to.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public Accelerator Accelerator { get; init; } = Accelerator.Auto;

    public MachineModel Machine { get; init; } = MachineModel.Microvm;

    public NetworkOptions Network { get; init; } = NetworkOptions.None;

    public bool Verbose { get; init; }

    public bool Strace { get; init; }

    /// <summary>Show at the end what the program called and what failed.</summary>
    public bool Report { get; init; }

    public TerminalUse Terminal { get; init; }

    /// <summary>Whether diagnostic tools of the host reach the program; <c>null</c> is where the image's program has what they ask.</summary>
    public bool? Diagnostics { get; init; }

    /// <summary>Where the core of a program goes that a signal ends; <c>null</c> is nowhere.</summary>
    public string? CorePath { get; init; }

    public bool Debugger { get; init; }

    /// <summary>Further words of the kernel's command line, as they are.</summary>
    public string[] KernelWords { get; init; } = [];
}

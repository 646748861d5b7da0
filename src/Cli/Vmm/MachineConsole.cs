using System;

namespace Mote.Cli.Vmm;

/// <summary>Where the streams of a machine go on the host.</summary>
internal sealed record MachineConsole
{
    /// <summary>Reads the program's input: fills the buffer, 0 is end of file.</summary>
    public required Func<byte[], int> ReadInput { get; init; }

    /// <summary>Takes the program's output.</summary>
    public required Func<byte[], int, WriteResult> WriteOutput { get; init; }

    /// <summary>Takes the program's error output.</summary>
    public required Func<byte[], int, WriteResult> WriteError { get; init; }

    /// <summary>Takes the kernel's lines, except the exit status.</summary>
    public required Action<ControlLine> OnControlLine { get; init; }

    /// <summary>Takes the serial port's bytes as they come, or <c>null</c>: they are kept for a report in either case.</summary>
    public Action<byte[], int>? OnSerial { get; init; }
}

using System.Collections.Generic;
using Mote.Kernel.Drivers.Virtio;
using Mote.Kernel.Logging;
using Mote.Kernel.Observe;
using Mote.Kernel.Terminals;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Image;

/// <summary>
/// The program's standard streams and the control channel: virtio-serial ports where the VMM has them. Else all three streams are one: the
/// virtio console's only port, or the serial port where there is none, or
/// where the kernel's command line says so (console=ttyS0).
/// </summary>
internal sealed class Streams
{
    private const ulong PortPatienceNs = 1_000_000_000;

    private Streams(ConsolePort input, ConsolePort output, ConsolePort error, ConsolePort? control, ConsolePort? diagnostics)
    {
        Input = input;
        Output = output;
        Error = error;
        ControlPort = control;
        Diagnostics = diagnostics;
        Control = control == null ? null : new ControlChannel(control);
    }

    public ConsolePort Input { get; }

    public ConsolePort Output { get; }

    public ConsolePort Error { get; }

    /// <summary>Null when the VMM has no control port.</summary>
    public ControlChannel? Control { get; }

    /// <summary>What <see cref="Control"/> writes to; the tool's lines come from it.</summary>
    public ConsolePort? ControlPort { get; }

    /// <summary>Where tools of the host reach the program's diagnostic socket; null when nobody asked for it.</summary>
    public ConsolePort? Diagnostics { get; }

    /// <summary>The terminal on <see cref="Input"/> and <see cref="Output"/>, when that is what they are.</summary>
    public MachineTerminal? Terminal { get; set; }

    public static Streams Open(List<VirtioTransport> transports, bool withDiagnostics, bool prefersSerial, KernelLog log)
    {
        DmaMemory memory = new();
        ConsoleDevice? device = null;
        foreach (VirtioTransport transport in transports)
        {
            if (transport.DeviceType == VirtioDeviceType.Console)
            {
                device ??= ConsoleDevice.TryStart(transport, memory, log);
            }
        }

        SerialConsolePort serial = new();
        if (device == null)
        {
            log.Write("there is no virtio console: the program's streams are the serial port");
            return new Streams(serial, serial, serial, null, null);
        }

        if (!device.HasNames)
        {
            ConsolePort only = (prefersSerial ? null : (ConsolePort?)device.OpenOnly()) ?? serial;
            log.Write(only == serial ? "the virtio console is left alone: the program's streams are the serial port"
                : "the program's streams are the virtio console's only port");
            return new Streams(only, only, only, null, null);
        }

        Instant deadline = Clock.Now.Plus(PortPatienceNs);
        ConsolePort input = device.Open("mote.stdin"u8, PortUse.Input, deadline) ?? (ConsolePort)serial;
        ConsolePort output = device.Open("mote.stdout"u8, PortUse.Output, deadline) ?? (ConsolePort)serial;
        ConsolePort error = device.Open("mote.stderr"u8, PortUse.Output, deadline) ?? (ConsolePort)serial;
        ConsolePort? control = device.Open("mote.control"u8, PortUse.Input, deadline);
        ConsolePort? diagnostics = withDiagnostics ? device.Open("mote.diagnostics"u8, PortUse.Input, deadline) : null;
        return new Streams(input, output, error, control, diagnostics);
    }

    /// <summary>Waits until the host has all that was written, then tells it the status.</summary>
    public void Close(int status)
    {
        // A slow reader gets everything; a person who does not want to wait ends the machine.
        Instant deadline = Instant.Never;
        Terminal?.Finish(deadline);
        _ = Output.Drain(deadline); // false only when the device has failed
        _ = Error.Drain(deadline);
        Control?.Exit(status, deadline);
    }
}

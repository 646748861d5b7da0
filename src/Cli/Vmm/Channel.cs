namespace Mote.Cli.Vmm;

/// <summary>A stream between the host and the machine. Each is a Unix socket on which the tool listens.</summary>
internal enum Channel
{
    /// <summary>The program's standard input; the socket's end is end of file.</summary>
    Input,

    /// <summary>The program's standard output.</summary>
    Output,

    /// <summary>The program's standard error.</summary>
    Error,

    /// <summary>Lines of the kernel for the tool; see <see cref="ControlLine"/>.</summary>
    Control,

    /// <summary>The 8250 serial port: the kernel's early log and the text of a panic.</summary>
    Serial,

    /// <summary>Connections of diagnostic tools to the program; see <see cref="Diagnostics.DiagnosticRelay"/>. Only of machines that offer it.</summary>
    Diagnostics,

    /// <summary>Frames between the machine and the tool's relay; see <see cref="Datagrams.DatagramRelay"/>. Only of closed networks with a
    /// published UDP port.</summary>
    Datagrams,
}

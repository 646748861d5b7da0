namespace Mote.Cli.Diagnostics;

/// <summary>What a message of the diagnostics channel says. Each has a header of eight bytes: the connection's number (32 bits), the kind (8), zero (8), the length of what follows (16).</summary>
internal enum DiagnosticFrameKind : byte
{
    /// <summary>From the machine: the program listens; the path of its socket follows.</summary>
    Listening = 0,

    /// <summary>To the machine: a tool has connected.</summary>
    Open = 1,

    /// <summary>Bytes of a connection follow.</summary>
    Data = 2,

    /// <summary>The sender's direction has ended.</summary>
    End = 3,

    /// <summary>The connection is over, or was refused.</summary>
    Close = 4,

    /// <summary>To the machine: so many bytes more (32 bits) may come.</summary>
    Credit = 5,
}

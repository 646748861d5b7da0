namespace Mote.Kernel.Observe;

/// <summary>What a message of the diagnostics port says.</summary>
internal enum DiagnosticFrameKind : byte
{
    /// <summary>To the host: the program listens; the path of its socket follows.</summary>
    Listening = 0,

    /// <summary>From the host: a tool has connected.</summary>
    Open = 1,

    /// <summary>Bytes of a connection follow.</summary>
    Data = 2,

    /// <summary>The sender's direction has ended.</summary>
    End = 3,

    /// <summary>The connection is over, or was refused.</summary>
    Close = 4,

    /// <summary>From the host: so many bytes more (32 bits) may be sent to it.</summary>
    Credit = 5,
}

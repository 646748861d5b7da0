namespace Mote.Cli.Cores;

/// <summary>
/// What a message from the tool that runs a machine to the one that asks for a core is. Each has a header of nine bytes: the kind, and a
/// 64-bit number.
/// </summary>
internal enum CoreMessage : byte
{
    /// <summary>So many bytes follow.</summary>
    Data = 1,

    /// <summary>So many zeros.</summary>
    Zeros = 2,

    /// <summary>It is whole.</summary>
    End = 3,

    /// <summary>It will not be; so many bytes of text say why.</summary>
    Failed = 4,
}

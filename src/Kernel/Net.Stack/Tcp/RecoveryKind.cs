namespace Mote.Kernel.Net.Stack;

/// <summary>How a connection deals with loss.</summary>
internal static class RecoveryKind
{
    /// <summary>Nothing is missing.</summary>
    public const byte Open = 0;

    /// <summary>Losses were found by acknowledgements: fast recovery (RFC 6675, RFC 6937).</summary>
    public const byte Fast = 1;

    /// <summary>The retransmission timeout has struck: slow start again.</summary>
    public const byte Loss = 2;
}

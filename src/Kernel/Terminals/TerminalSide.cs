namespace Mote.Kernel.Terminals;

/// <summary>From which end a request comes.</summary>
internal enum TerminalSide
{
    Terminal,

    /// <summary>The far end of a pseudo terminal.</summary>
    Master,
}

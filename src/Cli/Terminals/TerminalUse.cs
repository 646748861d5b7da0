namespace Mote.Cli.Terminals;

/// <summary>Whether the program's streams are a terminal.</summary>
internal enum TerminalUse
{
    /// <summary>When the tool's standard input and output are one.</summary>
    Auto,

    Always,

    Never,
}

using System;

namespace Mote.Cli;

/// <summary>Ends the command. The message is the whole text for the user: what is wrong, where, and what to do.</summary>
internal sealed class CliException(string message, int status = ExitStatus.BadInput) : Exception(message)
{
    /// <summary>The command's exit status.</summary>
    public int Status { get; } = status;
}

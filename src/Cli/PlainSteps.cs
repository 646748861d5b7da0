namespace Mote.Cli;

/// <summary>Whether build steps are shown as plain lines where standard error is no terminal.</summary>
internal enum PlainSteps
{
    Shown,

    /// <summary>Standard error belongs to the program: a script that reads it must find nothing else there.</summary>
    Hidden,
}

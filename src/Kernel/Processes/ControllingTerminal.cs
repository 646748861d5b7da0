namespace Mote.Kernel.Processes;

/// <summary>What a session needs to know of its terminal; the terminal itself is a layer above.</summary>
public abstract class ControllingTerminal
{
    /// <summary>st_rdev of the terminal's own file.</summary>
    public abstract ulong DeviceNumber { get; }

    /// <summary>The session whose controlling terminal it is; zero for none.</summary>
    public int SessionId { get; protected internal set; }

    /// <summary>The process group that may use it (tcgetpgrp(3)); zero for none.</summary>
    public int ForegroundGroup { get; protected internal set; }
}

namespace Mote.Kernel.Processes;

/// <summary>What uname(2) and /proc call the machine and its system; programs may change the names of the first two kinds.</summary>
public sealed class SystemNames
{
    /// <summary>Bytes of a name (__NEW_UTS_LEN).</summary>
    public const int LongestName = 64;

    /// <summary>The Linux whose behaviour programs may expect.</summary>
    public const string Release = "6.1.0-mote";

    /// <summary>The build.</summary>
    public const string Version = "#1 Mote 0.1.0";

    /// <summary>The host name.</summary>
    public byte[] Host { get; set; } = "mote"u8.ToArray();

    /// <summary>The NIS domain.</summary>
    public byte[] Domain { get; set; } = "(none)"u8.ToArray();
}

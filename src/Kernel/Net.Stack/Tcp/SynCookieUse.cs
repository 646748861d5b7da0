namespace Mote.Kernel.Net.Stack;

/// <summary>When SYN cookies are sent (net.ipv4.tcp_syncookies); the numbers are Linux's.</summary>
public enum SynCookieUse : byte
{
    /// <summary>Never: a SYN for which there is no room is dropped.</summary>
    Never,

    /// <summary>When there is no room for another half-open connection.</summary>
    UnderFlood,

    /// <summary>For each connection.</summary>
    Always,
}

namespace Mote.Kernel.Net.Sockets;

/// <summary>How far a stream socket is with connect(2), as the program has heard of it: socket_state of linux/net.h. The connection itself may be further, or over.</summary>
internal enum ConnectPhase : byte
{
    /// <summary>SS_UNCONNECTED: connect(2) may begin, and listen(2).</summary>
    Unconnected,

    /// <summary>SS_CONNECTING: connect(2) has begun and did not wait, or was interrupted. The next one tells how it went.</summary>
    Connecting,

    /// <summary>SS_CONNECTED.</summary>
    Connected,

    /// <summary>SS_DISCONNECTING: was shut down before connect(2) told how it went.</summary>
    Disconnecting,
}

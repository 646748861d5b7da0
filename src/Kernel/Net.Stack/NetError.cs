namespace Mote.Kernel.Net.Stack;

/// <summary>Why something failed, or why a connection ended. The sockets layer maps each to its Errno.</summary>
public enum NetError
{
    None,

    /// <summary>Not now: no data, no room, nobody to accept (EAGAIN).</summary>
    WouldBlock,

    /// <summary>EINVAL.</summary>
    InvalidArgument,

    /// <summary>EADDRINUSE.</summary>
    AddressInUse,

    /// <summary>Not an address of this machine, or no port is free (EADDRNOTAVAIL).</summary>
    AddressNotAvailable,

    /// <summary>ENETUNREACH.</summary>
    NetworkUnreachable,

    /// <summary>No neighbour answers, or a router says so (EHOSTUNREACH).</summary>
    HostUnreachable,

    /// <summary>ECONNREFUSED.</summary>
    ConnectionRefused,

    /// <summary>ECONNRESET.</summary>
    ConnectionReset,

    /// <summary>ECONNABORTED.</summary>
    ConnectionAborted,

    /// <summary>ETIMEDOUT.</summary>
    TimedOut,

    /// <summary>ENOTCONN.</summary>
    NotConnected,

    /// <summary>EISCONN.</summary>
    AlreadyConnected,

    /// <summary>The connection is being made (EINPROGRESS for the call that began it, EALREADY for the next).</summary>
    InProgress,

    /// <summary>The sending side is shut (EPIPE).</summary>
    BrokenPipe,

    /// <summary>Packet memory or blocks have run out (ENOBUFS).</summary>
    NoMemory,

    /// <summary>EMSGSIZE.</summary>
    MessageTooLong,

    /// <summary>A router or host does not speak the protocol (ENOPROTOOPT).</summary>
    ProtocolUnreachable,

    /// <summary>A broadcast without leave (EACCES).</summary>
    NotPermitted,

    /// <summary>EDESTADDRREQ.</summary>
    DestinationRequired,

    /// <summary>An IPv6 destination from an IPv4 socket or the reverse (EAFNOSUPPORT).</summary>
    FamilyMismatch,

    /// <summary>A router or host found fault with a header (EPROTO).</summary>
    ProtocolError,

    /// <summary>EOPNOTSUPP.</summary>
    NotSupported,

    /// <summary>A router says that it does not know the host (EHOSTDOWN), or that the host is cut off (ENONET).</summary>
    HostDown,
    NoNetwork,
}

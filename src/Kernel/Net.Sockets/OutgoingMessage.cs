using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Net.Sockets;

/// <summary>What sendmsg(2) was given beside the bytes. The sender takes over <see cref="Rights"/> when it succeeds with at least one byte or a whole message.</summary>
public ref struct OutgoingMessage
{
    public MessageFlags Flags;

    /// <summary>The destination (struct sockaddr of some family); empty for the socket's peer.</summary>
    public ReadOnlySpan<byte> Name;

    /// <summary>Whether there is a destination, be it of no length (sendto(2)).</summary>
    public bool HasName;

    /// <summary>Control messages (struct cmsghdr) that the system call does not know itself; checked for their lengths.</summary>
    public ReadOnlySpan<byte> Control;

    public FileRights? Rights;

    /// <summary>SCM_CREDENTIALS, checked; the caller's own otherwise.</summary>
    public SocketCredentials? Credentials;
}

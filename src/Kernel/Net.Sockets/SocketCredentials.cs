namespace Mote.Kernel.Net.Sockets;

/// <summary>Who sent or connected: struct ucred (unix(7)).</summary>
public readonly record struct SocketCredentials(int Process, uint User, uint Group)
{
    /// <summary>The kernel itself, which acts for root.</summary>
    public static readonly SocketCredentials Kernel = new(0, 0, 0);

    /// <summary>Nobody known: what SO_PEERCRED tells of a socket without a peer.</summary>
    public static readonly SocketCredentials Nobody = new(0, uint.MaxValue, uint.MaxValue);
}

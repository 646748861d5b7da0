using System;
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Mote.Cli.Cores;

/// <summary>
/// Who is at the other end of a Unix socket (SO_PEERCRED, unix(7)): abstract sockets have no file whose mode would say who may connect.
/// </summary>
internal static class PeerIdentity
{
    private const int SolSocket = 1;
    private const int PeerCredentials = 17;
    private const int UserAt = 4;
    private const int Bytes = 12;

    /// <summary>Whether it is this user or root.</summary>
    public static bool IsTrusted(Socket socket)
    {
        Span<byte> credentials = stackalloc byte[Bytes];
        if (socket.GetRawSocketOption(SolSocket, PeerCredentials, credentials) != Bytes)
        {
            return false;
        }

        uint user = BinaryPrimitives.ReadUInt32LittleEndian(credentials[UserAt..]);
        return user == 0 || user == geteuid();
    }

    [DllImport("libc")]
    private static safe extern uint geteuid();
}

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;

namespace Mote.Cli.Vmm;

/// <summary>
/// Lets as many connections wait at a published port as the host allows. QEMU's user network listens with a backlog of one (slirp's tcpx_listen), so of several clients that
/// come at once all but two wait a second, three or seven for the host's next attempt. A second listen(2) on the same socket sets the backlog anew; the socket is QEMU's, of
/// which pidfd_getfd(2) gives a duplicate to whoever may trace it, as a parent may unless the host forbids it. Then the backlog stays as it was.
/// </summary>
internal static class ForwardBacklog
{
    private const nint OpenPidDescriptor = 434;
    private const nint GetDescriptor = 438;

    /// <summary>SOL_SOCKET and SO_ACCEPTCONN.</summary>
    private const int SocketLevel = 1;
    private const int AcceptsConnections = 30;

    /// <summary>The host cuts it to net.core.somaxconn.</summary>
    private const int Backlog = 4096;

    /// <summary>A family, a port and an address: struct sockaddr_in.</summary>
    private const int AddressBytes = 16;

    /// <summary>QEMU listens a moment after it has connected to the tool.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(5);

    private const int Attempts = 200;

    /// <summary>Waits until the process listens at all of the ports, at most a second, and raises their backlog. False where that cannot be.</summary>
    public static bool Raise(int process, IEnumerable<PublishedPort> ports)
    {
        HashSet<IPEndPoint> wanted = [];
        foreach (PublishedPort port in ports)
        {
            if (!port.IsUdp)
            {
                wanted.Add(new IPEndPoint(port.Address, port.Host));
            }
        }

        int owner = wanted.Count == 0 ? -1 : (int)syscall(OpenPidDescriptor, process, 0, 0);
        if (owner < 0)
        {
            return wanted.Count == 0;
        }

        try
        {
            for (int attempt = 0; attempt < Attempts && wanted.Count > 0; attempt++)
            {
                Thread.Sleep(s_pause);
                if (!TryRaise(process, owner, wanted))
                {
                    return false;
                }
            }

            return wanted.Count == 0;
        }
        finally
        {
            _ = close(owner);
        }
    }

    /// <summary>Takes those out that it has found; false when there is no use in looking again.</summary>
    private static bool TryRaise(int process, int owner, HashSet<IPEndPoint> wanted)
    {
        try
        {
            foreach (FileInfo entry in new DirectoryInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/fd")).EnumerateFiles())
            {
                if (entry.LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) != true)
                {
                    continue;
                }

                int socket = (int)syscall(GetDescriptor, owner, int.Parse(entry.Name, CultureInfo.InvariantCulture), 0);
                if (socket < 0)
                {
                    return false;
                }

                if (IsListening(socket) && TryName(socket) is IPEndPoint name && wanted.Contains(name) && listen(socket, Backlog) == 0)
                {
                    wanted.Remove(name);
                }

                _ = close(socket);
            }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The process is gone.
            return false;
        }
    }

    /// <summary>Not one that is only bound yet, whose owner would undo this in a moment, and none of the connections, which have the same name.</summary>
    private static bool IsListening(int socket)
    {
        int answer = 0, length = sizeof(int);
        return getsockopt(socket, SocketLevel, AcceptsConnections, ref answer, ref length) == 0 && answer != 0;
    }

    private static IPEndPoint? TryName(int socket)
    {
        byte[] address = new byte[AddressBytes];
        int length = address.Length;
        return getsockname(socket, address, ref length) == 0 && length == AddressBytes && BinaryPrimitives.ReadUInt16LittleEndian(address) == (ushort)AddressFamily.InterNetwork
            ? new IPEndPoint(new IPAddress(address.AsSpan(4, 4)), BinaryPrimitives.ReadUInt16BigEndian(address.AsSpan(2)))
            : null;
    }

    [DllImport("libc")]
    private static safe extern nint syscall(nint number, nint first, nint second, nint third);

    [DllImport("libc")]
    private static safe extern int getsockname(int socket, byte[] address, ref int length);

    [DllImport("libc")]
    private static safe extern int getsockopt(int socket, int level, int option, ref int value, ref int length);

    [DllImport("libc")]
    private static safe extern int listen(int socket, int backlog);

    [DllImport("libc")]
    private static safe extern int close(int descriptor);
}

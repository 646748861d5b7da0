using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Net.Sockets;

/// <summary>What /proc/net/unix tells of a socket. A name in the abstract name space begins with NUL.</summary>
public readonly struct UnixSocketState
{
    private readonly byte[]? _address;

    internal UnixSocketState(UnixSocket socket)
    {
        References = socket.ReferenceCount;
        Kind = socket.Kind;
        IsListening = socket.IsListening;
        IsConnected = socket.IsEstablished;
        Inode = socket.Inode.Number;
        _address = socket.Name?.Address;
        IsPath = socket.Name?.Inode != null;
    }

    public int References { get; }

    public SocketKind Kind { get; }

    public bool IsListening { get; }

    public bool IsConnected { get; }

    public ulong Inode { get; }

    public ReadOnlySpan<byte> Name => _address == null ? default : IsPath ? _address.AsSpan(UnixName.FamilyBytes, _address.Length - UnixName.FamilyBytes - 1) : _address.AsSpan(UnixName.FamilyBytes);

    private bool IsPath { get; }
}

using System;
using System.Collections;
using System.Runtime.CompilerServices;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>TCP: which connection a segment is for, and what is answered when it is for none.</summary>
public sealed partial class TcpProtocol
{
    /// <summary>Blocks for connections that come in, in store at the start and at most.</summary>
    private const int InitialSpares = 64;
    private const int MaximumSpares = 1024;

    private readonly NetStack _stack;
    private TcpConnection? _firstPending;
    private TcpConnection? _lastPending;
    private TcpConnection? _spares;
    private int _spareCount;
    private int _spareTarget = InitialSpares;
    private byte _receiveScale;

    internal TcpProtocol(NetStack stack)
    {
        _stack = stack;
        Connections = new ConnectionTable(stack);
        Ports = new PortTable(stack, isConnectionless: false);
        TimeWaits = new TimeWaitTable(stack);
        Syns = new SynTable(stack);
        Cookies = new SynCookies(stack);
        Sent = new SentSegments(stack.Options.SentSegmentLimit);
    }

    /// <summary>Connections that are not closed.</summary>
    public int ConnectionCount => Connections.Count;

    /// <summary>Connections in TIME-WAIT.</summary>
    public int TimeWaitCount => TimeWaits.Count;

    /// <summary>Half-open connections.</summary>
    public int HalfOpenCount => Syns.Count;

    /// <summary>SYN cookies sent, and those that came back.</summary>
    public ulong CookiesSent => Cookies.Sent;

    public ulong CookiesAccepted => Cookies.Accepted;

    internal ConnectionTable Connections { get; }

    internal PortTable Ports { get; }

    internal TimeWaitTable TimeWaits { get; }

    internal SynTable Syns { get; }

    internal SynCookies Cookies { get; }

    internal SentSegments Sent { get; }

    internal int Listeners { get; set; }

    /// <summary>Whether the store is running low.</summary>
    internal bool NeedsReplenish => Listeners > 0 && _spareCount < _spareTarget / 2;

    /// <summary>The shift of windows that are told: the largest buffer must be sayable. It only grows, so that a handshake that goes on meanwhile never promises too much.</summary>
    internal byte ReceiveScale
    {
        get
        {
            while (_stack.Options.TcpReceiveBufferLimit >> _receiveScale > 65535 && _receiveScale < TcpOptions.MaximumWindowScale)
            {
                _receiveScale++;
            }

            return _receiveScale;
        }
    }

    /// <summary>Goes over all connections that are not closed, for /proc/net/tcp.</summary>
    public void ForEachConnection(Action<TcpConnection> action) => Connections.ForEach(action);

    /// <summary>Goes over all listeners.</summary>
    public void ForEachListener(Action<TcpListener> action) => Ports.ForEach(endpoint =>
    {
        if (endpoint is TcpListener listener)
        {
            action(listener);
        }
    });

    internal void Replenish()
    {
        Connections.Replenish();
        TimeWaits.Replenish();
        Sent.Replenish();
        if (Listeners == 0)
        {
            return;
        }

        Syns.Replenish();
        while (_spareCount < _spareTarget)
        {
            _spares = new TcpConnection(_stack, AddressFamily.V4) { NextInQueue = _spares };
            _spareCount++;
        }
    }

    /// <summary>Takes a block from the store; null when it is empty, and then more are kept from the next time on.</summary>
    [AllocationFree]
    internal TcpConnection? TakeSpare()
    {
        TcpConnection? spare = _spares;
        if (spare == null)
        {
            _spareTarget = Math.Min(_spareTarget * 2, MaximumSpares);
            return null;
        }

        _spares = spare.NextInQueue;
        spare.NextInQueue = null;
        _spareCount--;
        return spare;
    }

    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void AddPending(TcpConnection connection)
    {
        connection.NextPending = null;
        if (_lastPending == null)
        {
            _firstPending = connection;
        }
        else
        {
            _lastPending.NextPending = connection;
        }

        _lastPending = connection;
    }

    /// <summary>Has every connection that asked for it send.</summary>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void SendPending()
    {
        while (_firstPending is { } connection)
        {
            _firstPending = connection.NextPending;
            if (_firstPending == null)
            {
                _lastPending = null;
            }

            connection.NextPending = null;
            connection.SendPending();
        }
    }

    /// <summary>The first number of a connection: a clock of four microseconds plus a secret hash of its ends (RFC 6528).</summary>
    [AllocationFree]
    internal SeqNo InitialSequence(in EndpointAddress local, in EndpointAddress remote) =>
        new(unchecked((uint)(_stack.Now.Nanoseconds / 4096) + (uint)_stack.SecretHash(local.Address, local.Port, remote.Address, remote.Port, 0)));

    /// <summary>A segment without its IP header.</summary>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Receive(ref IpHeaderInfo info, PacketBuffer packet, ReadOnlySpan<byte> head)
    {
        if (!TcpView.TryParse(head, out TcpView tcp) || info.IsToMany || !NetStack.IsChecksumValid(info, packet, head))
        {
            _stack.Counters.TcpBad++;
            info.Interface.Statistics.ReceiveErrors++;
            packet.Release();
            return;
        }

        TcpSegment segment = new()
        {
            Sequence = tcp.Sequence,
            Acknowledgment = tcp.Acknowledgment,
            Flags = tcp.Flags,
            Window = tcp.Window,
            SourcePort = tcp.SourcePort,
            DestinationPort = tcp.DestinationPort,
            Length = packet.Length - tcp.HeaderBytes,
            Segments = 1,
        };
        if (tcp.HeaderBytes > TcpView.MinimumBytes)
        {
            TcpOptions.Parse(tcp.Options, out segment.Options);
        }

        if (segment.Has(TcpFlags.Urg))
        {
            segment.UrgentPointer = tcp.UrgentPointer;
        }

        if (packet.Gso != GsoKind.None && packet.GsoSize > 0)
        {
            segment.Segments = Math.Max((segment.Length + packet.GsoSize - 1) / packet.GsoSize, 1);
        }

        packet.TrimFront(tcp.HeaderBytes);
        if (Connections.Find(info.Destination, segment.DestinationPort, info.Source, segment.SourcePort) is { } connection)
        {
            connection.Receive(ref segment, packet, head.Length == tcp.HeaderBytes + packet.Length ? head[tcp.HeaderBytes..] : default);
            return;
        }

        if (TimeWaits.Find(info.Destination, segment.DestinationPort, info.Source, segment.SourcePort) is int waiting && waiting != 0 && !IsReopened(ref info, ref segment, waiting))
        {
            packet.Release();
            return;
        }

        if (FindListener(info.Destination, segment.DestinationPort, info.Source, segment.SourcePort, info.Interface.Index) is { } listener)
        {
            listener.Receive(ref info, ref segment, packet);
            return;
        }

        packet.Release();
        AnswerStray(ref info, ref segment);
    }

    /// <summary>An ICMP error quotes a segment of ours.</summary>
    [AllocationFree]
    internal void HandleError(in IpAddress local, ushort localPort, in IpAddress remote, ushort remotePort, SeqNo sequence, NetError error, int mtu) =>
        Connections.Find(local, localPort, remote, remotePort)?.HandleError(sequence, error, mtu);

    /// <summary>Whether a connection, or one in TIME-WAIT, has the port without having agreed to share it.</summary>
    [AllocationFree]
    internal bool HasConnectionOn(IpAddress address, ushort port)
    {
        if (Connections.HasPort(address, port))
        {
            return true;
        }

        for (int i = 1; i <= TimeWaits.Capacity && TimeWaits.Count > 0; i++)
        {
            ref TimeWaitEntry entry = ref TimeWaits[i];
            if (entry.IsUsed && entry.LocalPort == port && (address.IsUnspecified || entry.Local == address))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The same for all ports at once.</summary>
    internal void MarkPorts(IpAddress address, BitArray ports)
    {
        Connections.MarkPorts(address, ports);
        for (int i = 1; i <= TimeWaits.Capacity && TimeWaits.Count > 0; i++)
        {
            ref TimeWaitEntry entry = ref TimeWaits[i];
            if (entry.IsUsed && (address.IsUnspecified || entry.Local == address))
            {
                ports[entry.LocalPort] = true;
            }
        }
    }

    /// <summary>Whether no connection has these ends. One in TIME-WAIT for more than a second makes room if timestamps tell old segments from new ones (RFC 6191).</summary>
    [AllocationFree]
    internal bool IsFree(in IpAddress local, ushort localPort, in IpAddress remote, ushort remotePort)
    {
        if (Connections.Find(local, localPort, remote, remotePort) != null)
        {
            return false;
        }

        int waiting = TimeWaits.Find(local, localPort, remote, remotePort);
        if (waiting == 0)
        {
            return true;
        }

        ref TimeWaitEntry entry = ref TimeWaits[waiting];
        if (!entry.UsesTimestamps || _stack.Now.Since(entry.RecentTimestampAt) < TcpConnection.Second)
        {
            return false;
        }

        TimeWaits.Remove(waiting);
        return true;
    }

    /// <summary>Whether somebody who was bound to the port holds it; connections that were given one may share it, as their peers differ.</summary>
    [AllocationFree]
    internal bool IsHeldByOthers(in IpAddress local, ushort port)
    {
        for (Endpoint? at = Ports.First(port); at != null; at = at.NextBound)
        {
            if (at.Local.Port == port && at is not TcpConnection { IsAutoBound: true } && at.Accepts(local))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The listener for a port; of several that share it by SO_REUSEPORT the one that the ends' hash picks.</summary>
    [AllocationFree]
    private TcpListener? FindListener(in IpAddress local, ushort localPort, in IpAddress remote, ushort remotePort, int interfaceIndex)
    {
        TcpListener? best = null;
        int bestScore = 0;
        uint equals = 0;
        for (Endpoint? at = Ports.First(localPort); at != null; at = at.NextBound)
        {
            if (at is not TcpListener listener || listener.Local.Port != localPort || !listener.Accepts(local)
                || (listener.BoundInterface != 0 && listener.BoundInterface != interfaceIndex))
            {
                continue;
            }

            int score = 1 + (listener.Local.Address.IsUnspecified ? 0 : 4) + (listener.BoundInterface != 0 ? 2 : 0) + (listener.Family == AddressFamily.V4 ? 1 : 0);
            if (score > bestScore)
            {
                best = listener;
                bestScore = score;
                equals = 1;
            }
            else if (score == bestScore && listener.ReusesPort)
            {
                // As for UDP. Where the place in the chain decides, the hash must not be used for each alike: it is spread by the place.
                equals++;
                uint hash = unchecked(_stack.Hash(local, localPort, remote, remotePort) * (2654435761u + (equals << 1)));
                if ((uint)((ulong)hash * equals >> 32) == 0)
                {
                    best = listener;
                }
            }
        }

        return best;
    }
}

using System;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// SYNs and what completes them (RFC 9293, 3.10.7.2; RFC 4987).
public sealed partial class TcpListener
{
    /// <summary>A segment for which there is no connection came to the port.</summary>
    [AllocationFree]
    internal void Receive(ref IpHeaderInfo info, ref TcpSegment segment, PacketBuffer packet)
    {
        int number = Stack.Tcp.Syns.Find(info.Destination, Local.Port, info.Source, segment.SourcePort);
        if (segment.Has(TcpFlags.Rst))
        {
            if (number != 0 && segment.Sequence == Stack.Tcp.Syns[number].PeerInitial + 1)
            {
                Stack.Tcp.Syns.Remove(number);
                Stack.Counters.Tcp.EmbryonicResets++;
                Stack.Counters.TcpFailed++;
            }

            packet.Release();
            return;
        }

        if (segment.Has(TcpFlags.Ack) && !segment.Has(TcpFlags.Syn))
        {
            Complete(ref info, ref segment, packet, number);
            return;
        }

        if (!segment.Has(TcpFlags.Syn) || segment.Has(TcpFlags.Ack | TcpFlags.Fin) || info.IsToMany)
        {
            if (segment.Has(TcpFlags.Ack) && !info.IsToMany)
            {
                Stack.Tcp.AnswerStray(ref info, ref segment);
            }

            packet.Release();
            return;
        }

        packet.Release();
        if (number != 0)
        {
            // Their SYN once more. One with another number is a new attempt.
            ref SynRequest known = ref Stack.Tcp.Syns[number];
            if (known.PeerInitial == segment.Sequence)
            {
                SendSynAck(ref known);
                return;
            }

            Stack.Tcp.Syns.Remove(number);
        }

        TakeSyn(ref info, ref segment);
    }

    /// <summary>Answers a SYN. Without room for another half-open connection the answer's number says all that must be known later.</summary>
    private void TakeSyn(ref IpHeaderInfo info, ref TcpSegment segment)
    {
        if (IsFull)
        {
            NoteOverflow();
            return;
        }

        SynRequest request = new()
        {
            Listener = this,
            Local = info.Destination,
            Remote = info.Source,
            RemotePort = segment.SourcePort,
            PeerWindow = segment.Window,
            PeerInitial = segment.Sequence,
            Options = segment.Options,
            Scope = info.Source.IsLinkLocal && !info.Source.IsV4 ? info.Interface.Index : 0,
            SentAt = Stack.Now,
            Deadline = Stack.Now.Plus(RoundTrip.InitialTimeout),
            ToldWindow = (ushort)Math.Min(Settings.ReceiveBuffer / 2, 65535),
        };
        EndpointAddress local = new(request.Local, Local.Port);
        EndpointAddress remote = new(request.Remote, request.RemotePort);
        request.TimestampOffset = unchecked((uint)Stack.SecretHash(local.Address, local.Port, remote.Address, remote.Port, 2));
        SynCookieUse use = Stack.Options.SynCookieUse;
        bool hasRoom = !Stack.Tcp.Syns.IsFull && Requests < Math.Max(Backlog, 8);
        if (!hasRoom && use == SynCookieUse.Never)
        {
            Overflows++;
            Stack.Counters.Tcp.FullDrops++;
            return;
        }

        bool needsCookie = !hasRoom || use == SynCookieUse.Always;
        Stack.Counters.Tcp.FullDoCookies += needsCookie && !hasRoom ? 1u : 0;
        request.Initial = needsCookie ? Stack.Tcp.Cookies.Make(local, remote, ref request) : Stack.Tcp.InitialSequence(local, remote);
        SendSynAck(ref request);
        if (!needsCookie)
        {
            Stack.Tcp.Syns.Add(request);
        }
    }

    /// <summary>Sends the answer to a SYN, again if need be.</summary>
    [AllocationFree]
    internal void SendSynAck(ref SynRequest request)
    {
        if (Stack.FindPath(request.Remote, request.Local, Stack.InterfaceOf(request.Scope), out NetPath path) != NetError.None || !Stack.Pool.TryTakePacket(out PacketBuffer packet))
        {
            return;
        }

        int headers = (request.Remote.IsV4 ? Ipv4View.MinimumBytes : Ipv6View.HeaderBytes) + TcpView.MinimumBytes;
        int size = Math.Min(path.Interface!.Mtu, 65535) - headers;
        TcpOptions options = default;
        options.SegmentSize = (ushort)(Settings.MaximumSegment != 0 ? Math.Min(size, Settings.MaximumSegment) : size);
        options.IsSackPermitted = request.Options.IsSackPermitted;
        options.HasWindowScale = request.Options.HasWindowScale;
        options.WindowScale = Stack.Tcp.ReceiveScale;
        if (request.Options.HasTimestamps)
        {
            options.HasTimestamps = true;
            options.TimestampValue = request.CookieTimestamp != 0 ? request.CookieTimestamp : unchecked((uint)(Stack.Now.Nanoseconds / TcpConnection.Millisecond) + request.TimestampOffset);
            options.TimestampEcho = request.Options.TimestampValue;
        }

        Span<byte> header = stackalloc byte[TcpView.MaximumBytes];
        int optionBytes = options.Write(header[TcpView.MinimumBytes..]);
        TcpView.Write(header, Local.Port, request.RemotePort, request.Initial, request.PeerInitial + 1, TcpFlags.Syn | TcpFlags.Ack, request.ToldWindow, optionBytes, 0);
        byte timeToLive = Settings.TimeToLive != 0 ? Settings.TimeToLive : path.Interface.HopLimit;
        _ = Stack.Send(
            ref path, packet, IpProtocol.Tcp, header[..(TcpView.MinimumBytes + optionBytes)], TcpView.ChecksumOffset, timeToLive, Settings.TypeOfService, mayFragment: false);
    }

    /// <summary>An acknowledgement completes a handshake, if it fits a half-open connection or a cookie.</summary>
    private void Complete(ref IpHeaderInfo info, ref TcpSegment segment, PacketBuffer packet, int number)
    {
        SynRequest request;
        if (number != 0)
        {
            request = Stack.Tcp.Syns[number];
            bool isOld = request.Options.HasTimestamps && segment.Options.HasTimestamps && unchecked((int)(segment.Options.TimestampValue - request.Options.TimestampValue)) < 0;
            if (segment.Acknowledgment != request.Initial + 1)
            {
                packet.Release();
                Stack.Tcp.AnswerStray(ref info, ref segment);
                return;
            }

            if (isOld || segment.Sequence - (request.PeerInitial + 1) is < 0 or > 65535)
            {
                // Not in the window: it hears where the connection is, and the request stays (3.10.7.4, first step).
                packet.Release();
                SendSynAck(ref request);
                return;
            }

            if (Settings.DeferAcceptSeconds > 0 && segment.Length == 0 && !segment.Has(TcpFlags.Fin) && !IsDeferOver(request))
            {
                Stack.Tcp.Syns[number].IsDeferred = true;
                packet.Release();
                return;
            }
        }
        else if (!Stack.Tcp.Cookies.TryOpen(this, ref info, ref segment, out request) || Stack.Options.SynCookieUse == SynCookieUse.Never)
        {
            packet.Release();
            Stack.Tcp.AnswerStray(ref info, ref segment);
            return;
        }

        bool isFull = IsFull;
        if (isFull || Stack.FindPath(request.Remote, request.Local, Stack.InterfaceOf(request.Scope), out NetPath path) != NetError.None
            || Stack.Tcp.TakeSpare() is not { } connection)
        {
            // The peer believes it has a connection: our answer, once more, has it acknowledge again, and what it sends comes again. Soon, when memory for it is made in a moment; by the
            // times of the handshake, which grow, when the program has to accept others first.
            NoteOverflow();
            packet.Release();
            if (number != 0 && !isFull)
            {
                Stack.Tcp.Syns[number].Deadline = Stack.Now;
            }

            return;
        }

        if (number != 0)
        {
            Stack.Tcp.Syns.Remove(number);
        }

        connection.Accept(this, request, path);
        connection.Receive(ref segment, packet, default);
        if (connection.State != TcpState.Closed)
        {
            Enqueue(connection);
        }
    }

    private void NoteOverflow()
    {
        Overflows++;
        Stack.Counters.Tcp.ListenOverflows++;
    }

    private bool IsDeferOver(in SynRequest request) => request.Retransmissions > 0 && Stack.Now.Since(request.SentAt) >= (ulong)Settings.DeferAcceptSeconds * TcpConnection.Second;
}

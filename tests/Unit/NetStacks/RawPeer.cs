using System;
using System.Collections.Generic;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.NetStacks;

/// <summary>A peer that sends whatever segments a test says, to a machine of ours, and sees what that answers. It answers ARP by itself.</summary>
internal sealed class RawPeer
{
    private static readonly MacAddress s_mac = new(0x0200_0000_00ee);
    private readonly Queue<RawSegment> _answers = new();

    public RawPeer(NetStackOptions? options = null)
    {
        HostedMachine.Start(128UL << 20);
        Wire = new VirtualWire();
        Host = new VirtualHost(Wire, 1, options: options);
        Wire.Tap = Take;
    }

    public VirtualWire Wire { get; }

    public VirtualHost Host { get; }

    public IpAddress Address { get; set; } = IpAddress.FromV4(10, 0, 5, 99);

    /// <summary>The ports of this side and of the machine's.</summary>
    public ushort Port { get; set; } = 4000;

    public ushort HostPort { get; set; } = TcpPair.Port;

    /// <summary>The next number to send, and what was received up to.</summary>
    public SeqNo Sequence { get; set; } = new(1_000_000);

    public SeqNo Acknowledgment { get; set; }

    public ushort Window { get; set; } = 65535;

    public Instant Now => Wire.Now;

    /// <summary>Segments that are not taken yet.</summary>
    public int Waiting => _answers.Count;

    public TcpListener Listen(int backlog = 16, Action<TcpConnection>? prepare = null)
    {
        TcpConnection socket = new(Host.Stack, AddressFamily.V4);
        prepare?.Invoke(socket);
        Assert.Equal(NetError.None, socket.Bind(new EndpointAddress(IpAddress.AnyV4, HostPort), Now));
        Assert.Equal(NetError.None, socket.Listen(backlog, Now, out TcpListener? listener));
        return listener!;
    }

    /// <summary>Sends a segment now; its answers follow at once unless a timer makes them.</summary>
    public void Send(TcpFlags flags, ReadOnlySpan<byte> data = default, SeqNo? sequence = null, SeqNo? acknowledgment = null, TcpOptions options = default, ushort? window = null, ushort urgent = 0)
    {
        Wire.Inject(Frame(flags, data, sequence ?? Sequence, acknowledgment ?? Acknowledgment, options, window ?? Window, urgent), Host);
        Wire.Run(0);
    }

    /// <summary>The next segment that the machine has sent.</summary>
    public RawSegment Take(ulong within = 0)
    {
        Wire.RunUntil(() => _answers.Count > 0, within);
        Assert.True(_answers.Count > 0, "no segment was sent");
        return _answers.Dequeue();
    }

    public void TakeNothing(ulong within = 0)
    {
        Wire.RunUntil(() => _answers.Count > 0, within);
        Assert.True(_answers.Count == 0, _answers.Count > 0 ? $"a segment was sent: {_answers.Peek()}" : "");
    }

    public RawSegment Peek() => _answers.Peek();

    /// <summary>Says as a router that a segment of the machine was too large.</summary>
    public void SendFragmentationNeeded(SeqNo sequence, ushort mtu)
    {
        byte[] frame = new byte[EthernetView.HeaderBytes + Ipv4View.MinimumBytes + IcmpView.HeaderBytes + Ipv4View.MinimumBytes + 8];
        EthernetView.Write(frame, Host.Device.Mac, s_mac, EtherType.IPv4);
        Span<byte> ip = frame.AsSpan(EthernetView.HeaderBytes);
        Ipv4View.Write(ip, IpAddress.FromV4(10, 0, 5, 254), Host.Address, IpProtocol.Icmp, ip.Length, 64, 0, 0, 0);
        Span<byte> icmp = ip[Ipv4View.MinimumBytes..];
        IcmpView.Write(icmp, IcmpType.V4Unreachable, 4, mtu);
        Span<byte> quoted = icmp[IcmpView.HeaderBytes..];
        Ipv4View.Write(quoted, Host.Address, Address, IpProtocol.Tcp, 1500, 64, 0, 0, 0);
        UdpView.Write(quoted[Ipv4View.MinimumBytes..], HostPort, Port, 0, 0);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(quoted[(Ipv4View.MinimumBytes + 4)..], sequence.Value);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], InternetChecksum.Of(icmp));
        Wire.Inject(frame, Host);
        Wire.Run(0);
    }

    public void Forget()
    {
        Wire.Run(0);
        _answers.Clear();
    }

    /// <summary>Makes a connection to a listener and returns the machine's side.</summary>
    public TcpConnection Open(TcpListener listener, TcpOptions options = default)
    {
        Send(TcpFlags.Syn, options: options);
        RawSegment answer = Take(VirtualWire.Second);
        Assert.Equal(TcpFlags.Syn | TcpFlags.Ack, answer.Flags);
        Assert.Equal(Sequence + 1, answer.Acknowledgment);
        Sequence += 1;
        Acknowledgment = answer.Sequence + 1;
        Wire.Run(10 * VirtualWire.Millisecond); // the round trip
        TcpOptions reply = default;
        if (options.HasTimestamps)
        {
            reply.HasTimestamps = true;
            reply.TimestampValue = options.TimestampValue + 1;
            reply.TimestampEcho = answer.Options.TimestampValue;
        }

        Send(TcpFlags.Ack, options: reply);
        TcpConnection? connection = listener.Accept(Now);
        Assert.NotNull(connection);
        Assert.Equal(TcpState.Established, connection.State);
        return connection;
    }

    /// <summary>Answers the SYN of a connection that the machine makes.</summary>
    public TcpConnection AnswerConnect(TcpOptions options = default)
    {
        TcpConnection connection = StartConnect();
        RawSegment syn = TakeSyn();
        Send(TcpFlags.Syn | TcpFlags.Ack, options: options);
        Assert.Equal(TcpState.Established, connection.State);
        RawSegment ack = Take();
        Assert.Equal(TcpFlags.Ack, ack.Flags);
        Sequence += 1;
        Assert.Equal(Sequence, ack.Acknowledgment);
        _ = syn;
        return connection;
    }

    public TcpConnection StartConnect(Action<TcpConnection>? prepare = null)
    {
        TcpConnection connection = new(Host.Stack, AddressFamily.V4);
        prepare?.Invoke(connection);
        Assert.Equal(NetError.InProgress, connection.Connect(new EndpointAddress(Address, Port), Now));
        Assert.Equal(TcpState.SynSent, connection.State);
        return connection;
    }

    public RawSegment TakeSyn()
    {
        RawSegment syn = Take(VirtualWire.Second);
        Assert.Equal(TcpFlags.Syn, syn.Flags);
        HostPort = syn.SourcePort;
        Acknowledgment = syn.Sequence + 1;
        return syn;
    }

    /// <summary>Sends SYNs from addresses that do not exist to a machine with a listener.</summary>
    public static void Flood(TcpPair pair, int count)
    {
        Random random = new(9);
        for (int i = 0; i < count; i++)
        {
            byte[] frame = new byte[EthernetView.HeaderBytes + Ipv4View.MinimumBytes + TcpView.MinimumBytes + 20];
            EthernetView.Write(frame, pair.B.Device.Mac, s_mac, EtherType.IPv4);
            Span<byte> ip = frame.AsSpan(EthernetView.HeaderBytes);
            IpAddress source = IpAddress.FromV4(10, 0, 5, (byte)random.Next(100, 250));
            Ipv4View.Write(ip, source, pair.B.Address, IpProtocol.Tcp, ip.Length, 64, 0, 0, 0);
            Span<byte> tcp = ip[Ipv4View.MinimumBytes..];
            TcpOptions options = new() { SegmentSize = 1460, IsSackPermitted = true, HasTimestamps = true, TimestampValue = 1, HasWindowScale = true, WindowScale = 7 };
            options.Write(tcp[TcpView.MinimumBytes..]);
            ushort port = (ushort)random.Next(1024, 65535);
            SeqNo sequence = new((uint)random.Next());
            TcpView.Write(tcp, port, TcpPair.Port, sequence, default, TcpFlags.Syn, 65535, 20, 0);
            ushort checksum = InternetChecksum.Finish(InternetChecksum.Add(InternetChecksum.PseudoHeader(source, pair.B.Address, IpProtocol.Tcp, tcp.Length), tcp));
            TcpView.Write(tcp, port, TcpPair.Port, sequence, default, TcpFlags.Syn, 65535, 20, checksum);
            pair.Wire.Inject(frame, pair.B);
        }

        pair.Wire.Run(0);
    }

    public byte[] Frame(TcpFlags flags, ReadOnlySpan<byte> data, SeqNo sequence, SeqNo acknowledgment, TcpOptions options, ushort window, ushort urgent = 0)
    {
        int optionBytes = options.Bytes;
        byte[] frame = new byte[EthernetView.HeaderBytes + Ipv4View.MinimumBytes + TcpView.MinimumBytes + optionBytes + data.Length];
        EthernetView.Write(frame, Host.Device.Mac, s_mac, EtherType.IPv4);
        Span<byte> ip = frame.AsSpan(EthernetView.HeaderBytes);
        Ipv4View.Write(ip, Address, Host.Address, IpProtocol.Tcp, ip.Length, 64, 0, 0, 0);
        Span<byte> tcp = ip[Ipv4View.MinimumBytes..];
        options.Write(tcp[TcpView.MinimumBytes..]);
        data.CopyTo(tcp[(TcpView.MinimumBytes + optionBytes)..]);
        TcpView.Write(tcp, Port, HostPort, sequence, acknowledgment, flags, window, optionBytes, 0);
        if ((flags & TcpFlags.Urg) != 0)
        {
            TcpView.SetUrgent(tcp, urgent);
        }

        ushort checksum = InternetChecksum.Finish(InternetChecksum.Add(InternetChecksum.PseudoHeader(Address, Host.Address, IpProtocol.Tcp, tcp.Length), tcp));
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(tcp[TcpView.ChecksumOffset..], checksum);
        return frame;
    }

    private void Take(byte[] frame)
    {
        Assert.True(EthernetView.TryParse(frame, out EthernetView ethernet));
        if (ethernet.Type == EtherType.Arp)
        {
            Assert.True(ArpView.TryParse(frame.AsSpan(EthernetView.HeaderBytes), out ArpView arp));
            if (arp.Operation == ArpView.Request && arp.TargetIp != Host.Address)
            {
                byte[] reply = new byte[EthernetView.HeaderBytes + ArpView.Bytes];
                EthernetView.Write(reply, Host.Device.Mac, s_mac, EtherType.Arp);
                ArpView.Write(reply.AsSpan(EthernetView.HeaderBytes), ArpView.Reply, s_mac, arp.TargetIp, Host.Device.Mac, Host.Address);
                Wire.Inject(reply, Host);
            }

            return;
        }

        ReadOnlySpan<byte> bytes = frame.AsSpan(EthernetView.HeaderBytes);
        if (ethernet.Type != EtherType.IPv4 || !Ipv4View.TryParse(bytes, bytes.Length, out Ipv4View ip) || ip.Protocol != IpProtocol.Tcp)
        {
            return;
        }

        ReadOnlySpan<byte> segment = bytes[ip.HeaderBytes..ip.TotalBytes];
        Assert.True(InternetChecksum.IsValid(InternetChecksum.Add(InternetChecksum.PseudoHeader(ip.Source, ip.Destination, IpProtocol.Tcp, segment.Length), segment)));
        Assert.True(TcpView.TryParse(segment, out TcpView tcp));
        TcpOptions.Parse(tcp.Options, out TcpOptions options);
        _answers.Enqueue(new RawSegment(
            tcp.Sequence, tcp.Acknowledgment, tcp.Flags, tcp.Window, tcp.SourcePort, tcp.DestinationPort, options, segment[tcp.HeaderBytes..].ToArray(), ip.Destination, tcp.UrgentPointer));
    }
}

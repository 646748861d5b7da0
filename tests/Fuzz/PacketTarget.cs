using System;
using System.Buffers.Binary;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Tests.Fuzz;

/// <summary>
/// Packets from a hostile wire, from Ethernet up. The input is a row of steps: frames as they are, segments for a connection that is made (numbers relative to what is right, so
/// that they get past the first checks), IP packets with right checksums, time that passes, and what a program does with its sockets. Whatever comes, nothing fails inside, and when all
/// is closed all packets and pages are back.
/// </summary>
public sealed class PacketTarget : FuzzTarget
{
    private static readonly IpAddress s_own = IpAddress.FromV4(10, 0, 5, 1);
    private static readonly IpAddress s_peer = IpAddress.FromV4(10, 0, 5, 2);
    private static readonly MacAddress s_mac = new(0x0200_0000_0001);
    private static readonly MacAddress s_peerMac = new(0x0200_0000_0002);

    public override string Name => "packets";

    public override void Run(ReadOnlySpan<byte> input)
    {
        HostedMachine.Start(memoryBytes: 4 << 20);
        if (!PacketPool.TryCreate(512, 128, out PacketPool? pool))
        {
            throw new InvalidOperationException("no memory");
        }

        int pages = pool!.UsedPages;
        FuzzWire device = new(s_mac);
        NetStack stack = new(new NetStackOptions { SynLimit = 4, TimeWaitLimit = 4, SentSegmentLimit = 32 }, pool, new FuzzRandom());
        NetInterface on = stack.Attach(device);
        stack.TryAddAddress(on, new InterfaceAddress(s_own, 24));
        stack.TryAddAddress(on, new InterfaceAddress(new IpAddress(0xfd00_0000_0000_0000, 1), 64));
        on.Neighbors.SetPermanent(s_peer, s_peerMac);
        ulong time = 1_000_000_000;
        Instant now = new(time);
        on.Dhcp.Start(now);
        on.RouterDiscovery.Start(now);
        UdpEndpoint udp = new(stack, AddressFamily.V6);
        Check(udp.Bind(new EndpointAddress(IpAddress.AnyV6, 53), now) == NetError.None, "the port is taken");
        TcpConnection socket = new(stack, AddressFamily.V6);
        Check(socket.Bind(new EndpointAddress(IpAddress.AnyV6, 80), now) == NetError.None, "the port is taken");
        Check(socket.Listen(2, now, out TcpListener? listening) == NetError.None, "no listener");
        TcpConnection client = new(stack, AddressFamily.V4);
        client.Connect(new EndpointAddress(s_peer, 7), now);
        TcpConnection? accepted = null;
        bool isClientOpen = true;
        while (!input.IsEmpty)
        {
            int step = Next(ref input);
            time += (ulong)Next(ref input) << (step % 8 * 3);
            now = new Instant(time);
            int length = Math.Min((int)Next(ref input), input.Length);
            ReadOnlySpan<byte> body = input[..length];
            input = input[length..];
            switch (step % 8)
            {
                case 0:
                    Receive(stack, pool, device, body, now);
                    break;
                case 1 or 2:
                    Receive(stack, pool, device, Segment(client.Local.Port, 7, device, body), now);
                    break;
                case 3:
                    Receive(stack, pool, device, Segment(80, 4000, device, body), now);
                    accepted ??= listening!.Accept(now);
                    break;
                case 4:
                    Receive(stack, pool, device, Packet(body), now);
                    break;
                case 5:
                    time += (ulong)length * 1_000_000_000;
                    now = new Instant(time);
                    break;
                case 6:
                    UseSockets(client, isClientOpen, accepted, udp, isUrgent: length % 2 != 0, now);
                    break;
                default:
                    if (isClientOpen && length > 4)
                    {
                        client.Close(now);
                        isClientOpen = false;
                    }

                    break;
            }

            stack.EndReceive(now);
            stack.Poll(now);
            device.Release();
        }

        if (isClientOpen)
        {
            client.Abort(now);
        }

        accepted?.Abort(now);
        listening!.Close(now);
        udp.Close(now);
        on.Dhcp.Stop(now);

        // All that waits for time is over by then.
        for (int i = 0; i < 40; i++)
        {
            time += 10_000_000_000;
            stack.Poll(new Instant(time));
            device.Release();
        }

        Check(stack.Tcp.ConnectionCount == 0 && stack.Tcp.TimeWaitCount == 0 && stack.Tcp.HalfOpenCount == 0, "a connection is left");
        Check(pool.UsedPackets == 0, "packets are left");
        Check(pool.UsedPages == pages, "pages are left");
    }

    private static void UseSockets(TcpConnection client, bool isClientOpen, TcpConnection? accepted, UdpEndpoint udp, bool isUrgent, Instant now)
    {
        Span<byte> bytes = stackalloc byte[1000];
        if (isClientOpen)
        {
            client.Send(bytes, now, out _);
            UseUrgent(client, isUrgent, now);
            client.Receive(bytes, now, out _);
        }

        if (accepted != null)
        {
            accepted.Receive(bytes, now, out _);
            UseUrgent(accepted, isUrgent, now);
            accepted.Send(bytes, now, out _);
        }

        udp.Take()?.Release();
    }

    /// <summary>Looks at the mark and reads no further, and marks what was sent last.</summary>
    private static void UseUrgent(TcpConnection connection, bool isUrgent, Instant now)
    {
        int available = connection.AvailableToMark;
        int toMark = connection.ToMark(0);
        Check(available >= 0 && available <= connection.Available && toMark >= 0, "the mark lies where nothing is");
        Check((toMark == 0) == connection.IsAtMark, "the mark is in two places");
        NetError error = connection.TakeUrgent(isPeeking: !isUrgent, out byte? urgent);
        Check(urgent == null || error == NetError.None, "an urgent byte comes with an error");
        Span<byte> bytes = stackalloc byte[100];
        connection.Receive(bytes[..Math.Min(Math.Min(available, toMark), bytes.Length)], now, out _);
        if (isUrgent)
        {
            connection.MarkUrgent();
            connection.Push(now);
        }
    }

    private static void Receive(NetStack stack, PacketPool pool, FuzzWire device, ReadOnlySpan<byte> frame, Instant now)
    {
        if (pool.TryTakePacket(out PacketBuffer packet))
        {
            if (packet.TryWrite(frame))
            {
                stack.Receive(device, packet, now);
            }
            else
            {
                packet.Release();
            }
        }
    }

    /// <summary>A segment with right checksums: flags, offsets of sequence and acknowledgement from what the stack expects, window, with URG the urgent pointer, options, data.</summary>
    private static byte[] Segment(ushort to, ushort from, FuzzWire device, ReadOnlySpan<byte> body)
    {
        TcpFlags flags = (TcpFlags)Next(ref body);
        int sequence = BinaryPrimitives.ReadInt16LittleEndian([Next(ref body), Next(ref body)]);
        int acknowledgment = BinaryPrimitives.ReadInt16LittleEndian([Next(ref body), Next(ref body)]);
        ushort window = BinaryPrimitives.ReadUInt16LittleEndian([Next(ref body), Next(ref body)]);
        ushort urgent = (flags & TcpFlags.Urg) != 0 ? BinaryPrimitives.ReadUInt16LittleEndian([Next(ref body), Next(ref body)]) : (ushort)0;
        int optionBytes = Math.Min(Next(ref body) % 11 * 4, body.Length / 4 * 4);
        byte[] bytes = new byte[TcpView.MinimumBytes + body.Length];
        body.CopyTo(bytes.AsSpan(TcpView.MinimumBytes));
        TcpView.Write(bytes, from, to, device.Acknowledged(to) + sequence, device.Sent(to) + acknowledgment, flags, window, optionBytes, 0);
        if ((flags & TcpFlags.Urg) != 0)
        {
            TcpView.SetUrgent(bytes, urgent);
        }

        ulong sum = InternetChecksum.Add(InternetChecksum.PseudoHeader(s_peer, s_own, IpProtocol.Tcp, bytes.Length), bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(TcpView.ChecksumOffset), InternetChecksum.Finish(sum));
        return Wrapped(IpProtocol.Tcp, bytes, 0);
    }

    /// <summary>An IP packet whose header is right: protocol, fragment word, payload.</summary>
    private static byte[] Packet(ReadOnlySpan<byte> body)
    {
        byte protocol = Next(ref body);
        ushort fragment = BinaryPrimitives.ReadUInt16BigEndian([Next(ref body), Next(ref body)]);
        byte[] bytes = body.ToArray();
        if (protocol == IpProtocol.Icmp && bytes.Length >= IcmpView.HeaderBytes && fragment == 0)
        {
            bytes[2] = bytes[3] = 0;
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), InternetChecksum.Of(bytes));
        }

        return Wrapped(protocol, bytes, fragment);
    }

    private static byte[] Wrapped(byte protocol, ReadOnlySpan<byte> payload, ushort fragment)
    {
        byte[] frame = new byte[EthernetView.HeaderBytes + Ipv4View.MinimumBytes + payload.Length];
        EthernetView.Write(frame, s_mac, s_peerMac, EtherType.IPv4);
        Ipv4View.Write(frame.AsSpan(EthernetView.HeaderBytes), s_peer, s_own, protocol, Ipv4View.MinimumBytes + payload.Length, 64, 0, 1, fragment);
        payload.CopyTo(frame.AsSpan(EthernetView.HeaderBytes + Ipv4View.MinimumBytes));
        return frame;
    }

    private static byte Next(ref ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return 0;
        }

        byte value = input[0];
        input = input[1..];
        return value;
    }

    private static void Check(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }
}

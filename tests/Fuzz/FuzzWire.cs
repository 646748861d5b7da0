using System;
using System.Collections.Generic;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;

namespace Mote.Tests.Fuzz;

/// <summary>A card that keeps what is sent until it is released, and remembers the numbers of each port's segments.</summary>
internal sealed class FuzzWire(MacAddress mac) : NetDevice
{
    private const int QueueLimit = 16;

    private readonly Queue<PacketBuffer> _sent = new();
    private readonly Dictionary<ushort, (SeqNo Sequence, SeqNo Acknowledgment)> _numbers = [];

    public override string Name => "eth0";

    public override MacAddress Mac => mac;

    public override int Mtu => 1500;

    public override NetDeviceFeatures Features => NetDeviceFeatures.SendChecksum | NetDeviceFeatures.SegmentV4;

    public override bool TrySend(PacketBuffer packet)
    {
        if (_sent.Count == QueueLimit)
        {
            return false;
        }

        Span<byte> head = stackalloc byte[54];
        if (packet.Read(0, head) == head.Length && head[12] == 8 && head[13] == 0 && head[23] == IpProtocol.Tcp && TcpView.TryParse(head[34..], out TcpView tcp))
        {
            int extra = (tcp.Flags & (TcpFlags.Syn | TcpFlags.Fin)) != 0 ? 1 : 0;
            _numbers[tcp.SourcePort] = (tcp.Sequence + Math.Max(packet.Length - 34 - tcp.HeaderBytes, 0) + extra, tcp.Acknowledgment);
        }

        _sent.Enqueue(packet);
        return true;
    }

    public override void Flush()
    {
    }

    /// <summary>Behind what a port has sent, and up to where it has acknowledged.</summary>
    public SeqNo Sent(ushort port) => _numbers.GetValueOrDefault(port).Sequence;

    public SeqNo Acknowledged(ushort port) => _numbers.GetValueOrDefault(port).Acknowledgment;

    /// <summary>What was sent is on the wire.</summary>
    public void Release()
    {
        while (_sent.TryDequeue(out PacketBuffer? packet))
        {
            packet.Release();
        }

        Interface!.Stack.TransmitReady(this, default);
        while (_sent.TryDequeue(out PacketBuffer? packet))
        {
            packet.Release();
        }
    }
}

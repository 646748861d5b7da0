using System.Collections.Generic;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;

namespace Mote.Tests.Unit.NetStacks;

/// <summary>One end of a virtual wire. What it sends is cut and summed as a card does, and handed to the wire as bytes.</summary>
internal sealed class WireDevice(string name, MacAddress mac, NetDeviceFeatures features, int mtu = 1500) : NetDevice
{
    /// <summary>Frames that may wait before the device says that it is full.</summary>
    public int QueueLimit { get; set; } = int.MaxValue;

    public Queue<PacketBuffer> Sent { get; } = new();

    public int Flushes { get; private set; }

    public override string Name => name;

    public override MacAddress Mac => mac;

    public override int Mtu => mtu;

    public override NetDeviceFeatures Features => features;

    public override bool TrySend(PacketBuffer packet)
    {
        if (Sent.Count >= QueueLimit)
        {
            return false;
        }

        Sent.Enqueue(packet);
        return true;
    }

    public override void Flush() => Flushes++;

    /// <summary>Takes the next frames that were sent: several of a packet that was to be cut. Empty when there is none.</summary>
    public List<byte[]> TakeFrames()
    {
        if (!Sent.TryDequeue(out PacketBuffer? packet))
        {
            return [];
        }

        List<byte[]> frames = SegmentOffload.Cut(packet);
        packet.Release();
        return frames;
    }
}

using System.Collections.Generic;
using Mote.Kernel.Net.Stack;
using Mote.Machine;

namespace Mote.Tests.Unit.Virtio;

/// <summary>The other side of a network device: gives packets in the buffers that the driver offers, and takes what it sends.</summary>
internal sealed class FakeWire(FakeTransport transport, PacketPool pool)
{
    private readonly Queue<FakeBuffer> _room = new();

    public FakeQueue Receive => transport.Queues[0];

    public FakeQueue Send => transport.Queues[1];

    /// <summary>The next buffer that the driver has offered for packets.</summary>
    public FakeBuffer NextRoom()
    {
        foreach (FakeBuffer buffer in Receive.TakeAvailable())
        {
            _room.Enqueue(buffer);
        }

        return _room.Dequeue();
    }

    /// <summary>Puts bytes into the next buffer and gives it back.</summary>
    public void Put(params byte[] bytes)
    {
        FakeBuffer room = NextRoom();
        PutBytes(room, bytes);
        Receive.Complete(room.Id, (uint)bytes.Length);
    }

    public void PutBytes(FakeBuffer room, byte[] bytes)
    {
        (Frame frame, int offset) = Find(room.Address);
        frame.Write(offset, bytes);
    }

    /// <summary>All packets sent since the last look, with their virtio headers, given back as sent.</summary>
    public List<byte[]> TakeSent()
    {
        List<byte[]> packets = [];
        foreach (FakeBuffer head in Send.TakeAvailable())
        {
            List<byte> packet = [];
            foreach (FakeBuffer part in Send.PartsOf(head))
            {
                byte[] bytes = new byte[part.Length];
                (Frame frame, int offset) = Find(part.Address);
                frame.Read(offset, bytes);
                packet.AddRange(bytes);
            }

            packets.Add([.. packet]);
            Send.Complete(head.Id, 0);
        }

        return packets;
    }

    private (Frame Frame, int Offset) Find(PhysAddr address)
    {
        for (int page = 0; page < pool.PageLimit; page++)
        {
            Frame frame = pool.FrameOf(page);
            if (!frame.IsNone && address.Value >= frame.DeviceAddress.Value && address.Value < frame.DeviceAddress.Value + PageSize.Bytes)
            {
                return (frame, (int)(address.Value - frame.DeviceAddress.Value));
            }
        }

        throw new KeyNotFoundException($"{address} is no page of the pool.");
    }
}

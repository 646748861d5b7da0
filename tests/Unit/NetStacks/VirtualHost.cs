using System;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Xunit;

namespace Mote.Tests.Unit.NetStacks;

/// <summary>A machine on a virtual wire: a stack with one card and an address.</summary>
internal sealed class VirtualHost
{
    public VirtualHost(VirtualWire wire, int number, NetDeviceFeatures features = NetDeviceFeatures.None, int mtu = 1500, NetStackOptions? options = null, int pages = 4096, int packets = 1024, IpAddress? address = null)
    {
        Wire = wire;
        Assert.True(PacketPool.TryCreate(pages, packets, out PacketPool? pool));
        Pool = pool!;
        Stack = new NetStack(options ?? new NetStackOptions(), Pool, new FixedRandom((ulong)number));
        Device = new WireDevice("eth0", new MacAddress(0x0200_0000_0000UL | (uint)number), features, mtu);
        Interface = Stack.Attach(Device);
        Address = address ?? IpAddress.FromV4(10, 0, 5, (byte)number);
        AddressV6 = new IpAddress(0xfd00_0000_0000_0000, (ulong)number);
        if (!Address.IsUnspecified)
        {
            Assert.True(Stack.TryAddAddress(Interface, new InterfaceAddress(Address, 24)));
        }

        Assert.True(Stack.TryAddAddress(Interface, new InterfaceAddress(AddressV6, 64)));
        HeaderPages = Pool.UsedPages;
        wire.Add(this);
    }

    /// <summary>Pages that the packets' headers take for good.</summary>
    public int HeaderPages { get; }

    public VirtualWire Wire { get; }

    public PacketPool Pool { get; }

    public NetStack Stack { get; }

    public WireDevice Device { get; }

    public NetInterface Interface { get; }

    public IpAddress Address { get; }

    public IpAddress AddressV6 { get; }

    /// <summary>Gives the stack a frame from the wire: a short one in the header room, as our driver does.</summary>
    public void Receive(ReadOnlySpan<byte> frame)
    {
        if (Pool.TryTakePacket(out PacketBuffer packet))
        {
            if (frame.Length <= PacketBuffer.HeaderRoom)
            {
                packet.Prepend(frame);
                Stack.Receive(Device, packet, Wire.Now);
            }
            else if (packet.TryWrite(frame))
            {
                Stack.Receive(Device, packet, Wire.Now);
            }
            else
            {
                packet.Release();
            }
        }
    }

    /// <summary>A packet with data, of this machine's pool.</summary>
    public PacketBuffer Packet(ReadOnlySpan<byte> data)
    {
        Assert.True(Pool.TryTakePacket(out PacketBuffer packet));
        Assert.True(packet.TryWrite(data));
        return packet;
    }
}

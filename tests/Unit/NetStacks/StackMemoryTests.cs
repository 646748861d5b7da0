using System;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.NetStacks;

/// <summary>What the stack takes of memory: nothing per packet, little per connection, and nothing that stays.</summary>
public sealed class StackMemoryTests
{
    private static readonly byte[] s_data = new byte[8192];

    [Fact]
    public void Nothing_is_allocated_per_packet()
    {
        HostedMachine.Start(128UL << 20);
        Assert.True(PacketPool.TryCreate(4096, 1024, out PacketPool? pool));
        NetStack stack = new(new NetStackOptions(), pool!, new FixedRandom(1));
        (TcpConnection client, TcpConnection server) = Connect(stack, new Instant(1000), out _);
        UdpEndpoint udp = new(stack, AddressFamily.V4);
        Assert.Equal(NetError.None, udp.Bind(new EndpointAddress(IpAddress.LoopbackV4, 53), new Instant(1000)));
        byte[] to = new byte[s_data.Length];
        ulong now = 1_000_000;
        for (int i = 0; i < 200; i++)
        {
            Exchange(ref now);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 2000; i++)
        {
            Exchange(ref now);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Exchange(ref ulong time)
        {
            time += 100_000;
            Instant at = new(time);
            client.Send(s_data, at, out int sent);
            server.Receive(to, at, out int received);
            server.Send(s_data.AsSpan(0, 100), at, out _);
            client.Receive(to, at, out _);
            if (sent != received || !pool!.TryTakePacket(out PacketBuffer packet) || !packet.TryWrite(s_data.AsSpan(0, 512)) || udp.Send(packet, udp.Local, at) != NetError.None)
            {
                throw new InvalidOperationException("an exchange fails");
            }

            udp.Take()!.Release();
            stack.Poll(at);
        }
    }

    [Fact]
    public void A_page_has_as_many_shares_as_can_be_counted()
    {
        HostedMachine.Start(128UL << 20);
        Assert.True(PacketPool.TryCreate(20_000, 16_000, out PacketPool? pool));
        int before = pool!.UsedPages;
        ByteList own = default;
        Assert.True(pool.TryGetRoom(ref own, out _));
        pool.Commit(ref own, 2);
        ByteList[] shares = new ByteList[ushort.MaxValue - 1];
        for (int i = 0; i < shares.Length; i++)
        {
            Assert.True(pool.TryShare(own, 0, 2, ref shares[i]));
        }

        ByteList more = default;
        Assert.False(pool.TryShare(own, 0, 1, ref more));
        pool.Clear(ref shares[0]);
        Assert.True(pool.TryShare(own, 0, 1, ref more));
        foreach (ref ByteList share in shares.AsSpan(1))
        {
            pool.Clear(ref share);
        }

        pool.Clear(ref more);
        pool.Clear(ref own);
        Assert.Equal(before, pool.UsedPages);
    }

    [Fact]
    public void A_packets_sum_is_that_of_its_bytes_however_they_lie()
    {
        HostedMachine.Start(128UL << 20);
        Assert.True(PacketPool.TryCreate(64, 16, out PacketPool? pool));
        byte[] bytes = new byte[6001];
        new Random(1).NextBytes(bytes);
        foreach (int[] parts in new int[][] { [6001], [1, 6000], [7, 9, 33, 5952], [128, 4095, 1, 1777] })
        {
            Assert.True(pool!.TryTakePacket(out PacketBuffer packet));
            int at = parts[0] <= PacketBuffer.HeaderRoom ? parts[0] : 0;
            packet.Prepend(bytes.AsSpan(0, at));
            foreach (int length in parts.AsSpan(at > 0 ? 1 : 0))
            {
                // Each part in pages of its own.
                ByteList part = default;
                Assert.True(pool.TryWrite(ref part, bytes.AsSpan(at, length)));
                pool.Concatenate(ref packet.Bytes, ref part);
                at += length;
            }

            Assert.Equal(InternetChecksum.Of(bytes), InternetChecksum.Finish(packet.Sum()));
            packet.Release();
        }

        Assert.Equal(0, pool!.UsedPackets);
    }

    [Fact]
    public void An_idle_connection_takes_little()
    {
        HostedMachine.Start(128UL << 20);
        Assert.True(PacketPool.TryCreate(4096, 1024, out PacketPool? pool));
        NetStack stack = new(new NetStackOptions(), pool!, new FixedRandom(1));
        Instant now = new(1000);
        TcpListener listener = Listen(stack, now);
        long before = GC.GetAllocatedBytesForCurrentThread();
        int pages = pool!.UsedPages;
        const int Count = 5000;
        object[] kept = new object[Count * 2];
        for (int i = 0; i < Count; i++)
        {
            TcpConnection client = new(stack, AddressFamily.V4);
            client.Connect(new EndpointAddress(IpAddress.LoopbackV4, 80), now);
            kept[i * 2] = client;
            kept[(i * 2) + 1] = listener.Accept(now)!;
        }

        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / (Count * 2);
        Assert.InRange(each, 100, 1500);
        Assert.Equal(pages, pool.UsedPages);
        Assert.Equal(Count * 2, stack.Tcp.ConnectionCount);
        Assert.NotNull(kept[^1]);
    }

    /// <summary>MOTE_CONNECTIONS makes it more; a million takes some minutes.</summary>
    [Fact]
    public void Connections_come_and_go_without_leaving_anything()
    {
        int count = int.Parse(Environment.GetEnvironmentVariable("MOTE_CONNECTIONS") ?? "20000", System.Globalization.CultureInfo.InvariantCulture);
        HostedMachine.Start(128UL << 20);
        Assert.True(PacketPool.TryCreate(4096, 1024, out PacketPool? pool));
        NetStack stack = new(new NetStackOptions(), pool!, new FixedRandom(1));
        int pages = pool!.UsedPages;
        ulong now = 1_000_000_000;
        TcpListener listener = Listen(stack, new Instant(now));
        byte[] to = new byte[100];
        for (int i = 0; i < count; i++)
        {
            now += 10_000_000; // 100 a second: 6,000 in TIME-WAIT
            Instant at = new(now);
            stack.Poll(at);
            TcpConnection client = new(stack, AddressFamily.V4);
            Assert.Equal(NetError.InProgress, client.Connect(new EndpointAddress(IpAddress.LoopbackV4, 80), at));
            TcpConnection server = listener.Accept(at)!;
            client.Send("ask"u8, at, out _);
            server.Receive(to, at, out int received);
            server.Send("answer"u8, at, out _);
            server.Close(at);
            client.Receive(to, at, out int answered);
            client.Close(at);
            if (received != 3 || answered != 6)
            {
                Assert.Fail($"connection {i} carries {received} and {answered} bytes");
            }
        }

        Assert.InRange(stack.Tcp.TimeWaitCount, 100, 6100);
        listener.Close(new Instant(now));
        stack.Poll(new Instant(now + 61_000_000_000));
        Assert.Equal((0, 0, 0, 0), (stack.Tcp.TimeWaitCount, stack.Tcp.ConnectionCount, stack.Tcp.Sent.Used, pool.UsedPackets));
        Assert.Equal(pages, pool.UsedPages);
        Assert.True(stack.NextDeadline.IsNever);
    }

    private static TcpListener Listen(NetStack stack, Instant now)
    {
        TcpConnection socket = new(stack, AddressFamily.V4);
        Assert.Equal(NetError.None, socket.Bind(new EndpointAddress(IpAddress.AnyV4, 80), now));
        Assert.Equal(NetError.None, socket.Listen(128, now, out TcpListener? listener));
        return listener!;
    }

    private static (TcpConnection Client, TcpConnection Server) Connect(NetStack stack, Instant now, out TcpListener listener)
    {
        listener = Listen(stack, now);
        TcpConnection client = new(stack, AddressFamily.V4);
        client.Connect(new EndpointAddress(IpAddress.LoopbackV4, 80), now);
        return (client, listener.Accept(now)!);
    }
}

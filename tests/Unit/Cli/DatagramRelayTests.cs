using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Mote.Cli;
using Mote.Cli.Datagrams;
using Mote.Cli.Vmm;
using Xunit;

namespace Mote.Tests.Unit.Cli;

/// <summary>Published UDP ports of a closed network: the frames, the parts, the clients, and all of it with a machine that is a few
/// lines.</summary>
public sealed class DatagramRelayTests
{
    private const int Ip = 14;
    private static readonly byte[] s_mac = [0x52, 0x54, 0, 0x12, 0x34, 0x56];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1472)]
    [InlineData(1473)]
    [InlineData(9000)]
    [InlineData(DatagramFrames.LargestData)]
    public void A_datagram_of_any_length_comes_out_as_it_went_in(int length)
    {
        byte[] data = new byte[length];
        new Random(length).NextBytes(data);
        List<byte[]> frames = [.. DatagramFrames.Write(s_mac, 40000, 53, data, 7).Select(Returned)];
        Assert.All(frames, frame => Assert.InRange(frame.Length, 1, Ip + 1500));
        Assert.All(frames, frame => Assert.Equal(0xffffU, Sum(frame.AsSpan(Ip, 20))));
        new Random(1).Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(frames));

        byte[]? whole = Assemble(new DatagramParts(), frames);

        Assert.True(DatagramFrames.TryReadDatagram(whole, out ushort source, out ushort destination, out ReadOnlySpan<byte> received));
        Assert.Equal((40000, 53), (source, destination));
        Assert.Equal(data, received.ToArray());
        Assert.Equal(0xffffU, Fold(Sum(whole) + 0x0a00 + 0x0204 + 0x0a00 + 0x020f + 17 + (uint)whole!.Length));
    }

    [Fact]
    public void What_is_damaged_is_dropped()
    {
        Random random = new(3);
        List<byte[]> good = [.. DatagramFrames.Write(s_mac, 40000, 53, new byte[4000], 7).Select(Returned),
            .. DatagramFrames.Write(s_mac, 40000, 53, new byte[5], 8).Select(Returned), ArpRequest()];
        DatagramParts parts = new();
        for (int round = 0; round < 20_000; round++)
        {
            byte[] frame = (byte[])good[random.Next(good.Count)].Clone();
            for (int i = 0; i < random.Next(4); i++)
            {
                frame[random.Next(random.Next(2) == 0 ? Math.Min(frame.Length, 60) : frame.Length)] = (byte)random.Next(256);
            }

            Array.Resize(ref frame, random.Next(3) == 0 ? random.Next(frame.Length + 1) : frame.Length);
            _ = DatagramFrames.TryReadMachine(frame, new byte[6]);
            _ = DatagramFrames.AnswerArp(frame);
            _ = DatagramFrames.TryReadDatagram(Assemble(parts, [frame]), out _, out _, out _);
        }
    }

    [Fact]
    public void Parts_that_do_not_fit_together_are_forgotten_and_the_oldest_make_room()
    {
        DatagramParts parts = new();
        byte[] part = new byte[8];
        Assert.Null(parts.Add(1, 0, true, part));
        Assert.Null(parts.Add(1, 0, true, part)); // twice
        Assert.Null(parts.Add(1, 8, false, part)); // the first is gone with it
        Assert.Null(parts.Add(2, 16, true, part));
        Assert.Null(parts.Add(2, 8, false, part)); // an end before what is there
        Assert.Null(parts.Add(3, 0, true, new byte[7]));
        Assert.Null(parts.Add(4, 65528, false, part)); // longer than any
        for (ushort id = 10; id < 27; id++)
        {
            Assert.Null(parts.Add(id, 0, true, part));
        }

        Assert.Null(parts.Add(10, 8, false, part));
        Assert.Equal(16, parts.Add(26, 8, false, part)!.Length);
    }

    [Fact]
    public void Clients_are_remembered_for_some_minutes_and_not_too_many_of_them()
    {
        DatagramPeers peers = new();
        IPEndPoint client = new(IPAddress.Loopback, 1);
        DatagramPeer first = peers.Hear(0, client, 0);
        Assert.Same(first, peers.Hear(0, new IPEndPoint(IPAddress.Loopback, 1), 200_000));
        Assert.NotEqual(first.Number, peers.Hear(1, client, 0).Number);
        Assert.Same(first, peers.Find(first.Number, 400_000));
        Assert.Null(peers.Find(first.Number, 500_000));
        Assert.Null(peers.Find((ushort)(first.Number + 2), 0));

        HashSet<ushort> numbers = [];
        for (int i = 0; i < DatagramPeers.Most; i++)
        {
            numbers.Add(peers.Hear(0, new IPEndPoint(IPAddress.Parse("127.0.0.2"), i + 1), 200_000).Number);
        }

        Assert.Equal(DatagramPeers.Most, numbers.Count);
        Assert.NotSame(first, peers.Find(first.Number, 200_000));
    }

    [Fact]
    public async Task The_machine_answers_who_asks_and_nobody_else()
    {
        using UdpClient other = new(new IPEndPoint(IPAddress.Loopback, 0));
        using UdpClient client = new(new IPEndPoint(IPAddress.Loopback, 0));
        int free;
        using (UdpClient taken = new(new IPEndPoint(IPAddress.Loopback, 0)))
        {
            free = ((IPEndPoint)taken.Client.LocalEndPoint!).Port;
        }

        NetworkOptions network = NetworkOptions.Create(null, [new PublishedPort(IPAddress.Loopback, free, 53, IsUdp: true)], null);
        using DatagramRelay relay = DatagramRelay.TryCreate(network)!;
        Assert.Throws<CliException>(() => DatagramRelay.TryCreate(network)); // the port is the first one's
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using TcpClient machine = new("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        using Socket frames = await listener.AcceptSocketAsync();
        relay.Start(frames);
        NetworkStream stream = machine.GetStream();

        Write(stream, ArpRequest());
        byte[] arp = Read(stream);
        Assert.Equal(s_mac, arp[..6]);
        Assert.Equal([10, 0, 2, 4], arp[28..32]);

        client.Connect(IPAddress.Loopback, free);
        await client.SendAsync(new byte[3000]);
        List<byte[]> asked = [Returned(Read(stream)), Returned(Read(stream)), Returned(Read(stream))];
        byte[] datagram = Assemble(new DatagramParts(), asked)!;
        ushort number = BinaryPrimitives.ReadUInt16BigEndian(datagram);

        // To a port that nobody asked from, from a port that is not published, and to another address: nothing of it may come.
        foreach ((ushort from, ushort to) in ((ushort, ushort)[])[(53, (ushort)(number + 1)), (54, number),
            (53, (ushort)((IPEndPoint)other.Client.LocalEndPoint!).Port)])
        {
            Write(stream, Answer(from, to, [1]));
        }

        byte[] elsewhere = Answer(53, number, [2]);
        elsewhere[Ip + 19] = 2;
        Write(stream, elsewhere);
        Write(stream, Answer(53, number, [3]));

        Assert.Equal([3], (await client.ReceiveAsync().WaitAsync(TimeSpan.FromSeconds(60))).Buffer);
        Assert.Equal((0, 0), (client.Available, other.Available));
    }

    /// <summary>The frame as the machine would send it: from its address to the relay's.</summary>
    private static byte[] Returned(byte[] frame)
    {
        byte[] turned = (byte[])frame.Clone();
        frame.AsSpan(Ip + 12, 4).CopyTo(turned.AsSpan(Ip + 16));
        frame.AsSpan(Ip + 16, 4).CopyTo(turned.AsSpan(Ip + 12));
        return turned;
    }

    private static byte[] Answer(ushort from, ushort to, byte[] data) => Returned(Assert.Single(DatagramFrames.Write(s_mac, from,
        to, data, 9)));

    private static byte[] ArpRequest() => [.. Enumerable.Repeat((byte)0xff, 6), .. s_mac, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1, .. s_mac, 10, 0, 2,
        15, 0, 0, 0, 0, 0, 0, 10, 0, 2, 4];

    private static byte[]? Assemble(DatagramParts parts, List<byte[]> frames)
    {
        byte[]? whole = null;
        foreach (byte[] frame in frames)
        {
            if (DatagramFrames.TryReadPart(frame, out ushort id, out int offset, out bool hasMore, out ReadOnlySpan<byte> part))
            {
                whole = offset > 0 || hasMore ? parts.Add(id, offset, hasMore, part) : part.ToArray();
            }
        }

        return whole;
    }

    private static void Write(NetworkStream stream, byte[] frame)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, frame.Length);
        stream.Write([.. length, .. frame]);
    }

    private static byte[] Read(NetworkStream stream)
    {
        byte[] length = new byte[4];
        stream.ReadExactly(length);
        byte[] frame = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        stream.ReadExactly(frame);
        return frame;
    }

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            sum += (uint)bytes[i] << (i % 2 == 0 ? 8 : 0);
        }

        return Fold(sum);
    }

    private static uint Fold(uint sum) => sum > 0xffff ? Fold((sum & 0xffff) + (sum >> 16)) : sum;
}

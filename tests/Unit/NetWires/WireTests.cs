using System;
using Mote.Kernel.Net.Wire;
using Xunit;

namespace Mote.Tests.Unit.NetWires;

/// <summary>What is written is read back as it was, and what is not whole is not read.</summary>
public sealed class WireTests
{
    private static readonly IpAddress s_first = IpAddress.FromV4(192, 0, 2, 1);
    private static readonly IpAddress s_second = IpAddress.FromV4(198, 51, 100, 2);
    private static readonly IpAddress s_firstV6 = new(0x2001_0db8_0000_0000, 1);
    private static readonly IpAddress s_secondV6 = new(0x2001_0db8_0000_0000, 2);

    [Fact]
    public void Checksums_are_those_of_RFC_1071()
    {
        byte[] example = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7];
        Assert.Equal(0xddf2, InternetChecksum.Fold(InternetChecksum.Add(0, example)));
        Assert.Equal(unchecked((ushort)~0xddf2), InternetChecksum.Of(example));
        Random random = new(1);
        for (int length = 0; length < 200; length++)
        {
            byte[] bytes = new byte[length];
            random.NextBytes(bytes);
            uint plain = 0;
            for (int i = 0; i < length; i++)
            {
                plain += (uint)bytes[i] << (i % 2 == 0 ? 8 : 0);
            }

            while (plain >> 16 != 0)
            {
                plain = (plain & 0xffff) + (plain >> 16);
            }

            Assert.Equal((ushort)plain, InternetChecksum.Fold(InternetChecksum.Add(0, bytes)));

            if (length >= Ipv4View.MinimumBytes)
            {
                Assert.Equal(InternetChecksum.Fold(InternetChecksum.Add(0, bytes.AsSpan(0, 20))), InternetChecksum.Fold(InternetChecksum.OfHeader20(bytes)));
            }

            // In two parts, at an even and at an odd place.
            int cut = random.Next(length + 1);
            ulong second = InternetChecksum.Add(0, bytes.AsSpan(cut));
            ulong sum = InternetChecksum.Add(0, bytes.AsSpan(0, cut)) + (cut % 2 == 0 ? second : InternetChecksum.AtOddOffset(second));
            Assert.Equal((ushort)plain, InternetChecksum.Fold(sum));
        }

        // RFC 1624, 4.
        Assert.Equal(0x0000, InternetChecksum.Update(0xdd2f, 0x5555, 0x3285));
    }

    [Fact]
    public void Ethernet_and_ARP()
    {
        byte[] bytes = new byte[42];
        MacAddress a = new(0x0102_0304_0506);
        MacAddress b = new(0xf102_0304_0506);
        EthernetView.Write(bytes, a, b, EtherType.Arp);
        ArpView.Write(bytes.AsSpan(14), ArpView.Reply, a, s_first, b, s_second);
        Assert.True(EthernetView.TryParse(bytes, out EthernetView ethernet));
        Assert.Equal((a, b, EtherType.Arp), (ethernet.Destination, ethernet.Source, ethernet.Type));
        Assert.True(ArpView.TryParse(bytes.AsSpan(14), out ArpView arp));
        Assert.Equal((ArpView.Reply, a, s_first, b, s_second), (arp.Operation, arp.SenderMac, arp.SenderIp, arp.TargetMac, arp.TargetIp));
        Assert.False(ArpView.TryParse(bytes.AsSpan(14, 27), out _));
        Assert.Equal(new MacAddress(0x0100_5e01_0203), MacAddress.OfMulticast(IpAddress.FromV4(224, 129, 2, 3)));
        Assert.Equal(new MacAddress(0x3333_0000_0001), MacAddress.OfMulticast(IpAddress.AllNodes));
    }

    [Fact]
    public void IPv4_headers()
    {
        byte[] bytes = new byte[100];
        Ipv4View.Write(bytes, s_first, s_second, IpProtocol.Udp, 90, 7, 0xb8, 0x1234, Ipv4View.FragmentWord(1480, hasMore: true));
        Assert.True(Ipv4View.TryParse(bytes, 100, out Ipv4View ip));
        Assert.Equal((s_first, s_second, IpProtocol.Udp, 90), (ip.Source, ip.Destination, ip.Protocol, ip.TotalBytes));
        Assert.Equal((7, 0xb8, 0x1234, 1480, true, true), (ip.TimeToLive, ip.TypeOfService, ip.Identification, ip.FragmentOffset, ip.HasMoreFragments, ip.IsFragment));
        Assert.False(Ipv4View.TryParse(bytes, 89, out _));
        bytes[8]++;
        Assert.False(Ipv4View.TryParse(bytes, 100, out _));
        for (int length = 0; length < 20; length++)
        {
            Assert.False(Ipv4View.TryParse(bytes.AsSpan(0, length), 100, out _));
        }
    }

    [Fact]
    public void IPv6_headers_and_what_follows_them()
    {
        byte[] bytes = new byte[100];
        Ipv6View.Write(bytes, s_firstV6, s_secondV6, IpProtocol.HopByHop, 60, 9, 0x2e, 0x12345);
        Assert.True(Ipv6View.TryParse(bytes, 100, out Ipv6View ip));
        Assert.Equal((s_firstV6, s_secondV6, IpProtocol.HopByHop, 60, 9, 0x2e, 0x12345u), (ip.Source, ip.Destination, ip.NextHeader, ip.PayloadBytes, ip.HopLimit, ip.TrafficClass, ip.FlowLabel));
        byte[] chain = new byte[32];
        chain[0] = IpProtocol.DestinationOptions;
        chain[2] = 1; // PadN
        chain[3] = 4;
        chain[8] = IpProtocol.Fragment;
        chain[10] = 1;
        chain[11] = 4;
        Ipv6Extensions.WriteFragment(chain.AsSpan(16), IpProtocol.Udp, 1440, hasMore: true, 77);
        Ipv6Extensions read = Ipv6Extensions.Read(IpProtocol.HopByHop, chain);
        Assert.True(read.IsValid && read.IsFragment && read.HasMoreFragments);
        Assert.Equal((IpProtocol.Udp, 24, 1440, 77u), (read.Protocol, read.Bytes, read.FragmentOffset, read.FragmentIdentification));
        chain[2] = 0xc5; // unknown, and the packet is to be dropped
        Assert.False(Ipv6Extensions.Read(IpProtocol.HopByHop, chain).IsValid);
        Assert.False(Ipv6Extensions.Read(IpProtocol.HopByHop, chain.AsSpan(0, 7)).IsValid);
    }

    [Fact]
    public void TCP_headers_with_every_option()
    {
        TcpOptions options = new() { SegmentSize = 1460, HasWindowScale = true, WindowScale = 7, IsSackPermitted = true, HasTimestamps = true, TimestampValue = 5, TimestampEcho = 6 };
        byte[] bytes = new byte[60];
        int length = options.Write(bytes.AsSpan(20));
        Assert.Equal(options.Bytes, length);
        TcpView.Write(bytes, 80, 4000, new SeqNo(1), new SeqNo(2), TcpFlags.Syn | TcpFlags.Ack, 500, length, 0xabcd);
        Assert.True(TcpView.TryParse(bytes, out TcpView tcp));
        Assert.Equal((80, 4000, 1u, 2u, TcpFlags.Syn | TcpFlags.Ack, 500, 20 + length), (tcp.SourcePort, tcp.DestinationPort, tcp.Sequence.Value, tcp.Acknowledgment.Value, tcp.Flags, tcp.Window, tcp.HeaderBytes));
        TcpOptions.Parse(tcp.Options, out TcpOptions read);
        Assert.Equal((1460, true, 7, true, true, 5u, 6u), (read.SegmentSize, read.HasWindowScale, read.WindowScale, read.IsSackPermitted, read.HasTimestamps, read.TimestampValue, read.TimestampEcho));

        TcpOptions sacks = new() { HasTimestamps = true, TimestampValue = 1, SackCount = 3 };
        for (int i = 0; i < 3; i++)
        {
            sacks.Sacks[i] = new SackBlock(new SeqNo((uint)i * 10), new SeqNo(((uint)i * 10) + 5));
        }

        length = sacks.Write(bytes);
        Assert.Equal(40, length);
        TcpOptions.Parse(bytes.AsSpan(0, length), out read);
        Assert.Equal((3, 20u, 25u), (read.SackCount, read.Sacks[2].Start.Value, read.Sacks[2].End.Value));

        // What is cut short or of a wrong length ends the reading, without going astray.
        foreach (byte[] wrong in (byte[][])[[2], [2, 4, 5], [2, 0], [3, 2], [8, 10, 1], [5, 9, 1, 2, 3, 4, 5, 6, 7], [1, 1, 1], [254, 255], [3, 3, 200]])
        {
            TcpOptions.Parse(wrong, out read);
            Assert.Equal((0, false, 0), (read.SegmentSize, read.HasTimestamps, read.SackCount));
        }

        Assert.Equal(14, read.WindowScale);
    }

    [Fact]
    public void Sequence_numbers_go_round()
    {
        SeqNo last = new(uint.MaxValue);
        SeqNo first = last + 2;
        Assert.Equal(1u, first.Value);
        Assert.True(first > last && last < first && first - last == 2 && last - first == -2);
        Assert.Equal(first, SeqNo.Max(first, last));
        Assert.Equal(last, SeqNo.Min(first, last));
    }

    [Theory]
    [InlineData(0x2001_0db8_0000_0000, 1, "2001:db8::1")]
    [InlineData(0, 0, "::")]
    [InlineData(0, 1, "::1")]
    [InlineData(0xfe80_0000_0000_0000, 0x0001_0000_0000_0001, "fe80::1:0:0:1")]
    [InlineData(0x0001_0002_0003_0004, 0x0005_0006_0007_0008, "1:2:3:4:5:6:7:8")]
    [InlineData(0, 0xffff_0a00_0001, "10.0.0.1")]
    public void Addresses_as_text(ulong high, ulong low, string text) => Assert.Equal(text, new IpAddress(high, low).ToString());

    [Fact]
    public void Prefixes()
    {
        Assert.True(IpAddress.FromV4(10, 1, 2, 3).IsInPrefix(IpAddress.FromV4(10, 1, 0, 0), 16));
        Assert.False(IpAddress.FromV4(10, 2, 2, 3).IsInPrefix(IpAddress.FromV4(10, 1, 0, 0), 16));
        Assert.True(IpAddress.FromV4(10, 2, 2, 3).IsInPrefix(IpAddress.AnyV4, 0));
        Assert.False(IpAddress.FromV4(10, 2, 2, 3).IsInPrefix(IpAddress.AnyV6, 0));
        Assert.True(s_firstV6.IsInPrefix(s_secondV6, 126));
        Assert.False(s_firstV6.IsInPrefix(s_secondV6, 127));
        Assert.True(s_firstV6.IsInPrefix(s_firstV6, 128));
    }
}

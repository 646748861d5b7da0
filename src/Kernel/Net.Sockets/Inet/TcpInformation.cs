using System;
using System.Buffers.Binary;
using Mote.Kernel.Net.Stack;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

/// <summary>struct tcp_info (linux/tcp.h), as far as its fields were in Linux 6.1.</summary>
internal static class TcpInformation
{
    public const int Bytes = 240;
    private const byte HasTimestamps = 1;
    private const byte HasSack = 2;
    private const byte HasScaling = 4;

    public static int Write(Span<byte> value, TcpListener? listener, TcpConnection connection)
    {
        value[..Bytes].Clear();
        if (listener != null)
        {
            value[0] = (byte)TcpState.Listen;
            Put(value, 24, (uint)listener.Waiting); // tcpi_unacked of a listener is its queue
            Put(value, 28, (uint)listener.Backlog); // and tcpi_sacked the limit
            return Bytes;
        }

        TcpInfo info = connection.GetInfo(Clock.Now);
        value[0] = (byte)info.State;
        value[1] = info.CongestionState;
        value[2] = info.Retransmits;
        value[3] = info.Probes;
        value[4] = info.Backoff;
        value[5] = (byte)((info.UsesTimestamps ? HasTimestamps : 0) | (info.UsesSack ? HasSack : 0) | (info.UsesScaling ? HasScaling : 0));
        value[6] = (byte)(info.SendScale | info.ReceiveScale << 4);
        ReadOnlySpan<uint> words =
        [
            info.RetransmitTimeout, 40_000, info.SendSegmentSize, info.ReceiveSegmentSize, info.Unacknowledged, info.Sacked, info.Lost, info.Retransmitted, 0,
            info.LastSentMs, 0, info.LastReceivedMs, info.LastReceivedMs, info.PathMtu, 0x7fff_ffff, info.SmoothedRoundTrip, info.RoundTripVariation, info.SlowStartThreshold,
            info.CongestionWindow, info.AdvertisedSegmentSize, 3, 0, info.ReceiveSpace, info.TotalRetransmissions,
        ];
        for (int i = 0; i < words.Length; i++)
        {
            Put(value, 8 + (i * sizeof(uint)), words[i]);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(value[104..], ulong.MaxValue); // tcpi_pacing_rate: none
        BinaryPrimitives.WriteUInt64LittleEndian(value[112..], ulong.MaxValue);
        BinaryPrimitives.WriteUInt64LittleEndian(value[120..], info.BytesAcknowledged);
        BinaryPrimitives.WriteUInt64LittleEndian(value[128..], info.BytesReceived);
        Put(value, 136, info.SegmentsSent);
        Put(value, 140, info.SegmentsReceived);
        Put(value, 144, info.NotSentBytes);
        Put(value, 148, info.MinimumRoundTrip);
        Put(value, 228, info.SendWindow);
        return Bytes;
    }

    private static void Put(Span<byte> value, int at, uint number) => BinaryPrimitives.WriteUInt32LittleEndian(value[at..], number);
}

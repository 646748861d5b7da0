namespace Mote.Kernel.Net.Stack;

/// <summary>What /proc/net/dev shows.</summary>
public struct InterfaceStatistics
{
    public ulong ReceivedBytes;
    public ulong ReceivedPackets;
    public ulong ReceiveErrors;
    public ulong ReceiveDrops;
    public ulong ReceivedMulticasts;
    public ulong SentBytes;
    public ulong SentPackets;
    public ulong SendErrors;
    public ulong SendDrops;
}

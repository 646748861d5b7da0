namespace Mote.Abi.Linux;

/// <summary>Options at the level IPPROTO_TCP: TCP_ in linux/tcp.h.</summary>
public enum TcpOption
{
    NoDelay = 1,
    MaximumSegment = 2,
    Cork = 3,
    KeepIdle = 4,
    KeepInterval = 5,
    KeepCount = 6,
    SynCount = 7,
    Linger2 = 8,
    DeferAccept = 9,
    WindowClamp = 10,
    Information = 11,
    QuickAcknowledge = 12,
    Congestion = 13,
    UserTimeout = 18,
    FastOpen = 23,
    NotSentLowWater = 25,
    UpperLayer = 31,
}

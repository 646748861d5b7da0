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
    ThinLinearTimeouts = 16,
    ThinDuplicateAck = 17,
    UserTimeout = 18,
    Repair = 19,
    RepairQueue = 20,
    QueueSequence = 21,
    RepairOptions = 22,
    FastOpen = 23,
    Timestamp = 24,
    NotSentLowWater = 25,
    CongestionInformation = 26,
    RepairWindow = 29,
    FastOpenConnect = 30,
    UpperLayer = 31,
    FastOpenKey = 33,
    FastOpenNoCookie = 34,

    /// <summary>TCP_INQ and TCP_CM_INQ.</summary>
    RestInControl = 36,
}

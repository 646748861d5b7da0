using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>What is kept of a connection in TIME-WAIT.</summary>
internal struct TimeWaitEntry
{
    public IpAddress Local;
    public IpAddress Remote;
    public ushort LocalPort;
    public ushort RemotePort;
    public SeqNo SendNext;
    public SeqNo ReceiveNext;
    public ushort Window;
    public bool UsesTimestamps;
    public bool IsUsed;
    public uint RecentTimestamp;
    public Instant RecentTimestampAt;
    public uint TimestampOffset;
    public Instant Until;

    /// <summary>Neighbours by age, and the next of the same bucket or of the free ones; all plus one.</summary>
    public int Older;
    public int Newer;
    public int Next;
}

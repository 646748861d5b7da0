namespace Mote.Kernel.Net.Stack;

/// <summary>What is counted of TCP beyond RFC 4022: the rarer ones of Linux's TcpExt, by whose names nstat(8) shows them.</summary>
public struct TcpEvents
{
    public ulong EmbryonicResets;
    public ulong TimeWaitsDone;
    public ulong TimeWaitOverflows;
    public ulong OldTimestamps;
    public ulong DelayedAcks;
    public ulong ListenOverflows;
    public ulong FullDoCookies;
    public ulong FullDrops;
    public ulong FastRetransmits;
    public ulong SlowStartRetransmits;
    public ulong SynRetransmits;
    public ulong Timeouts;
    public ulong LossProbes;
    public ulong KeepAlives;
    public ulong WindowProbes;
    public ulong OutOfOrder;
    public ulong Challenges;
    public ulong AbortsOnData;
    public ulong AbortsOnClose;
    public ulong AbortsOnTimeout;
}

using Mote.Kernel.Net.Stack;

namespace Mote.Tests.Unit.NetStacks;

/// <summary>Remembers what it was told.</summary>
internal sealed class RecordingObserver : EndpointObserver
{
    public NetEvents Seen { get; private set; }

    public int Calls { get; private set; }

    public override void OnReady(NetEvents events)
    {
        Seen |= events;
        Calls++;
    }

    public NetEvents TakeSeen()
    {
        NetEvents seen = Seen;
        Seen = NetEvents.None;
        return seen;
    }
}

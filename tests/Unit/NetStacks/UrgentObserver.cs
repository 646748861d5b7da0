using Mote.Kernel.Net.Stack;

namespace Mote.Tests.Unit.NetStacks;

/// <summary>Counts urgent pointers.</summary>
internal sealed class UrgentObserver : EndpointObserver
{
    public int Pointers { get; private set; }

    public NetEvents Seen { get; private set; }

    public override void OnReady(NetEvents events) => Seen |= events;

    public override void OnUrgent() => Pointers++;
}

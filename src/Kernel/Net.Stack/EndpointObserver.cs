namespace Mote.Kernel.Net.Stack;

/// <summary>
/// Told when an endpoint becomes ready for something. It is called from inside the stack: it may wake threads and note things, and must not call the stack.
/// </summary>
public abstract class EndpointObserver
{
    /// <summary>These have just become true, or true once more (new data though some was there).</summary>
    public abstract void OnReady(NetEvents events);

    /// <summary>The peer has something urgent to say: a new urgent pointer came, with its byte or before it.</summary>
    public virtual void OnUrgent()
    {
    }
}

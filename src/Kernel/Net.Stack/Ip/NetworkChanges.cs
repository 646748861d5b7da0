namespace Mote.Kernel.Net.Stack;

/// <summary>Hears of changes of interfaces, addresses and routes, after they are made. It must not call the stack.</summary>
public abstract class NetworkChanges
{
    /// <summary>An interface went up or down, or has another MTU.</summary>
    public abstract void OnLink(NetInterface changed);

    /// <summary>An address has come, or was given another end; or it has gone.</summary>
    public abstract void OnAddress(NetInterface of, in InterfaceAddress address, bool isGone);

    /// <summary>A route has come or gone.</summary>
    public abstract void OnRoute(Route route, bool isGone);
}

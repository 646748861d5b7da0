namespace Mote.Kernel.Net.Stack;

/// <summary>Told when an interface's address or name servers have changed. It must not call the stack.</summary>
public abstract class ConfigurationObserver
{
    /// <summary>An interface was given addresses, or has lost them.</summary>
    public abstract void OnConfigured(NetInterface changed);
}

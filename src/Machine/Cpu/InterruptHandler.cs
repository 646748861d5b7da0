namespace Mote.Machine;

/// <summary>A driver's answer to its interrupt. Runs on whatever thread looks for interrupts; it must not block or allocate.</summary>
public abstract class InterruptHandler
{
    public abstract void Handle();
}

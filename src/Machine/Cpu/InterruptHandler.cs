namespace Mote.Machine;

/// <summary>A driver's answer to its interrupt. Runs on whatever thread looks for interrupts; it must not block or allocate.</summary>
public abstract class InterruptHandler
{
    public abstract void Handle();

    /// <summary>
    /// The interrupt comes so often that nothing else is done any more (<see cref="InterruptLine"/>): stop the device. As <see
    /// cref="Handle"/>.
    /// </summary>
    public virtual void OnFlood()
    {
    }
}

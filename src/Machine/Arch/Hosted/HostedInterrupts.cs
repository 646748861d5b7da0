namespace Mote.Machine;

/// <summary>Interrupts of the fake machine: a test raises them.</summary>
public static class HostedInterrupts
{
    /// <summary>Makes a device's interrupt pending, until it is dispatched.</summary>
    public static void Raise(InterruptLine line) => Interrupts.SetPending(line.Vector);
}

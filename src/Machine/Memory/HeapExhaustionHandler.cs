namespace Mote.Machine;

/// <summary>What ends the machine in good order when the kernel heap is exhausted in the middle of something.</summary>
public abstract class HeapExhaustionHandler
{
    /// <summary>Called once, with a little memory left, on the stack of whoever wanted an object. It does not return.</summary>
    public abstract void Handle();
}

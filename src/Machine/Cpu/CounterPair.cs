namespace Mote.Machine;

/// <summary>
/// Two counters that are compared: the time stamp counter, and one that counts nanoseconds down. A test's may do what no hardware should.
/// </summary>
public abstract class CounterPair
{
    public abstract ulong ReadCounter();

    /// <summary>What is left of the nanoseconds. It stops at zero.</summary>
    public abstract uint ReadRemaining();
}

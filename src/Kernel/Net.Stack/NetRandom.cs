namespace Mote.Kernel.Net.Stack;

/// <summary>Where the stack's random numbers come from: the kernel's pool, or a test's fixed row.</summary>
public abstract class NetRandom
{
    public abstract ulong Next();
}

namespace Mote.Kernel.Net.Stack;

/// <summary>One connection's list of what it has sent: numbers plus one in <see cref="SentSegments"/>.</summary>
internal struct SentList
{
    public int First;
    public int Last;
}

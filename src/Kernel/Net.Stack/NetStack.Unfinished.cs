namespace Mote.Kernel.Net.Stack;

// What is still to be done when the programs are gone.
public sealed partial class NetStack
{
    /// <summary>
    /// How much of what was sent may still be lost when the machine ends: bytes of closed connections that their peers have not acknowledged, their ends, and packets that wait for a neighbour
    /// or for the device. It becomes less as the network takes it; zero when nothing is left.
    /// </summary>
    public long CountUnfinished()
    {
        long left = Tcp.CountUnacknowledged();
        foreach (NetInterface each in _interfaces)
        {
            left += each.CountUnsent();
        }

        return left;
    }
}

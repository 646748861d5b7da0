using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// What is still to be done when the programs are gone.
public sealed partial class NetStack
{
    [AllocationFree]
    public Unfinished FindUnfinished()
    {
        Unfinished found = Tcp.Connections.FindUnfinished();
        long left = found.Left;
        foreach (NetInterface each in _interfaces)
        {
            left += each.CountUnsent();
        }

        return found with { Left = left };
    }
}

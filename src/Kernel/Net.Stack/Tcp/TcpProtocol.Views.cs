using System;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// What programs can learn of connections that are over.
public sealed partial class TcpProtocol
{
    /// <summary>Goes over all connections in TIME-WAIT: both ends, and until when each stays.</summary>
    public void ForEachTimeWait(Action<EndpointAddress, EndpointAddress, Instant> action)
    {
        for (int number = 1; number <= TimeWaits.Capacity; number++)
        {
            TimeWaitEntry entry = TimeWaits[number];
            if (entry.IsUsed)
            {
                action(new EndpointAddress(entry.Local, entry.LocalPort), new EndpointAddress(entry.Remote, entry.RemotePort), entry.Until);
            }
        }
    }

    /// <summary>Connections that no program has open and that are not over.</summary>
    public int OrphanCount
    {
        get
        {
            int count = 0;
            Connections.ForEach(connection => count += connection.IsOrphan ? 1 : 0);
            return count;
        }
    }
}

using System.Runtime.CompilerServices;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// What tells the fragments of one datagram from another's (RFC 791, 3.2; RFC 8200, 4.5). Who does not see the datagrams must not guess it: not from those to other hosts, nor how many there were.
public sealed partial class NetStack
{
    private const int IdentificationCounters = 256;

    private readonly uint[] _identifications = new uint[IdentificationCounters];
    private readonly ulong _identificationSecret;

    /// <summary>The next number towards a destination: a secret start for each pair of hosts and protocol, and a counter that it shares with few others (RFC 7739, 5.3).</summary>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal uint NextIdentification(in NetPath path, byte protocol)
    {
        unchecked
        {
            ulong hash = SecretHash(path.Source, protocol, path.Destination, 0, _identificationSecret);
            return (uint)hash + _identifications[(hash >> 32) % IdentificationCounters]++;
        }
    }
}

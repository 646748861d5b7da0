using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>What routers said of how large packets to a destination may be (RFC 1191; RFC 8201). A fixed number of destinations; each is forgotten after ten minutes.</summary>
internal sealed class PathMtuTable
{
    private const int Capacity = 256;
    private const ulong Lifetime = 600_000_000_000;

    private readonly Entry[] _entries = new Entry[Capacity];

    private struct Entry
    {
        public IpAddress Destination;
        public int Mtu;
        public Instant Until;
    }

    /// <summary>The MTU known, or the largest number.</summary>
    [AllocationFree]
    public int Find(IpAddress destination, Instant now)
    {
        ref Entry entry = ref _entries[Place(destination)];
        return entry.Mtu != 0 && entry.Destination == destination && now < entry.Until ? entry.Mtu : int.MaxValue;
    }

    [AllocationFree]
    public void Set(IpAddress destination, int mtu, Instant now) =>
        _entries[Place(destination)] = new Entry { Destination = destination, Mtu = mtu, Until = now.Plus(Lifetime) };

    /// <summary>Forgets all of them.</summary>
    public void Clear() => System.Array.Clear(_entries);

    private static int Place(IpAddress destination) => (int)(unchecked((destination.Low ^ destination.High) * 0x9e37_79b9_7f4a_7c15) >> 56);
}

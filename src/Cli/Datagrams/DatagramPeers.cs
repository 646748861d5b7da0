using System.Collections.Generic;
using System.Net;
using System.Threading;

namespace Mote.Cli.Datagrams;

/// <summary>
/// The clients that the machine may answer: those that have asked within the last minutes, each by a port of the relay. When there are too
/// many, the one that was not heard of for longest goes.
/// </summary>
internal sealed class DatagramPeers
{
    public const int Most = 4096;

    private const ushort FirstNumber = 0x8000;

    /// <summary>As long as QEMU's user network remembers one (libslirp, SO_EXPIRE).</summary>
    private const long Lifetime = 240_000;

    private readonly Dictionary<(int, IPEndPoint), LinkedListNode<DatagramPeer>> _byClient = [];
    private readonly Dictionary<ushort, LinkedListNode<DatagramPeer>> _byNumber = [];
    private readonly LinkedList<DatagramPeer> _byAge = [];
    private readonly Lock _lock = new();

    /// <summary>The client that has sent to a published port; a new one where it is not known.</summary>
    public DatagramPeer Hear(int port, IPEndPoint client, long now)
    {
        lock (_lock)
        {
            if (_byClient.TryGetValue((port, client), out LinkedListNode<DatagramPeer>? known))
            {
                _byAge.Remove(known);
                _byAge.AddLast(known);
                known.Value.LastHeard = now;
                return known.Value;
            }

            ushort number = (ushort)(FirstNumber + _byAge.Count);
            if (_byAge.Count == Most)
            {
                DatagramPeer oldest = _byAge.First!.Value;
                _byAge.RemoveFirst();
                _byClient.Remove((oldest.Port, oldest.Client));
                _byNumber.Remove(oldest.Number);
                number = oldest.Number;
            }

            LinkedListNode<DatagramPeer> added = _byAge.AddLast(new DatagramPeer(port, client, number) { LastHeard = now });
            _byClient.Add((port, client), added);
            _byNumber.Add(number, added);
            return added.Value;
        }
    }

    /// <summary>Whom the machine answers at a port of the relay; null where nobody has asked from there, or too long ago.</summary>
    public DatagramPeer? Find(ushort number, long now)
    {
        lock (_lock)
        {
            return _byNumber.TryGetValue(number, out LinkedListNode<DatagramPeer>? peer) && now - peer.Value.LastHeard <= Lifetime
                ? peer.Value : null;
        }
    }
}

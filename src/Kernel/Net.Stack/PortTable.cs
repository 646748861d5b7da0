using System.Collections;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>Which endpoints of a protocol hold which ports, and who may share one (socket(7), SO_REUSEADDR and SO_REUSEPORT).</summary>
internal sealed class PortTable
{
    private const int Buckets = 1024;

    private readonly Endpoint?[] _buckets = new Endpoint?[Buckets];
    private readonly NetStack _stack;
    private readonly bool _isConnectionless;
    private readonly BitArray _connected; // for a search
    private uint _counter;

    internal PortTable(NetStack stack, bool isConnectionless)
    {
        _stack = stack;
        _isConnectionless = isConnectionless;
        _connected = new BitArray(isConnectionless ? 0 : ushort.MaxValue + 1);
        _counter = unchecked((uint)stack.Random.Next());
    }

    /// <summary>The first endpoint in the bucket of a port; the others follow by <see cref="Endpoint.NextBound"/>.</summary>
    [AllocationFree]
    public Endpoint? First(ushort port) => _buckets[port % Buckets];

    /// <summary>Gives an endpoint an address; port zero takes a free one.</summary>
    public NetError Bind(Endpoint endpoint, EndpointAddress address)
    {
        if (address.Port == 0)
        {
            if (!TryFindFree(endpoint, address.Address, out ushort port))
            {
                return NetError.AddressInUse;
            }

            address = address with { Port = port };
        }
        else if (IsTaken(endpoint, address.Address, address.Port))
        {
            return NetError.AddressInUse;
        }

        Hold(endpoint, address);
        return NetError.None;
    }

    /// <summary>Notes a port as the endpoint's without asking.</summary>
    [AllocationFree]
    public void Hold(Endpoint endpoint, EndpointAddress address)
    {
        endpoint.Local = address;
        endpoint.IsBound = true;
        ref Endpoint? bucket = ref _buckets[address.Port % Buckets];
        endpoint.NextBound = bucket;
        bucket = endpoint;
    }

    /// <summary>Gives an endpoint's port back.</summary>
    [AllocationFree]
    public void Release(Endpoint endpoint)
    {
        if (!endpoint.IsBound)
        {
            return;
        }

        endpoint.IsBound = false;
        ref Endpoint? bucket = ref _buckets[endpoint.Local.Port % Buckets];
        if (bucket == endpoint)
        {
            bucket = endpoint.NextBound;
        }
        else
        {
            Endpoint before = bucket!;
            while (before.NextBound != endpoint)
            {
                before = before.NextBound!;
            }

            before.NextBound = endpoint.NextBound;
        }

        endpoint.NextBound = null;
    }

    /// <summary>Whether somebody holds the port who does not share it with the endpoint.</summary>
    [AllocationFree]
    public bool IsTaken(Endpoint endpoint, IpAddress address, ushort port) =>
        IsHeld(endpoint, address, port) || (AsksConnections(endpoint) && _stack.Tcp.HasConnectionOn(address, port));

    private bool AsksConnections(Endpoint endpoint) => !_isConnectionless && !endpoint.ReusesAddress;

    private bool IsHeld(Endpoint endpoint, IpAddress address, ushort port)
    {
        for (Endpoint? other = First(port); other != null; other = other.NextBound)
        {
            if (other != endpoint && other.Local.Port == port && Overlap(endpoint, address, other) && !MayShare(endpoint, other))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The start of a search for a free port (RFC 6056, 3.3.3 and 3.3.4): where it begins depends on a secret and the ends, and moves on with each use.</summary>
    [AllocationFree]
    public uint SearchStart(IpAddress local, IpAddress remote, ushort remotePort)
    {
        _counter = unchecked(_counter + 1);
        return unchecked((uint)_stack.SecretHash(local, 0, remote, remotePort, 1) + _counter);
    }

    /// <summary>Goes over all endpoints.</summary>
    public void ForEach(System.Action<Endpoint> action)
    {
        foreach (Endpoint? first in _buckets)
        {
            for (Endpoint? endpoint = first; endpoint != null; endpoint = endpoint.NextBound)
            {
                action(endpoint);
            }
        }
    }

    private static bool Overlap(Endpoint endpoint, IpAddress address, Endpoint other)
    {
        if (endpoint.BoundInterface != 0 && other.BoundInterface != 0 && endpoint.BoundInterface != other.BoundInterface)
        {
            return false;
        }

        IpAddress theirs = other.Local.Address;
        if (address.IsUnspecified && theirs.IsUnspecified)
        {
            bool isV4 = address.IsV4 || endpoint.Family == AddressFamily.V4;
            bool isTheirsV4 = theirs.IsV4 || other.Family == AddressFamily.V4;
            return isV4 == isTheirsV4 || (isV4 ? other.Covers(true) : !endpoint.IsV6Only);
        }

        return address.IsUnspecified
            ? address.IsV4 ? theirs.IsV4 : !theirs.IsV4 || !endpoint.IsV6Only
            : theirs.IsUnspecified ? other.Covers(address.IsV4) : address == theirs;
    }

    private bool MayShare(Endpoint endpoint, Endpoint other) =>
        (endpoint.ReusesPort && other.ReusesPort) || (endpoint.ReusesAddress && other.ReusesAddress && (_isConnectionless || other is not TcpListener));

    private bool TryFindFree(Endpoint endpoint, IpAddress address, out ushort port)
    {
        int count = _stack.Options.LastEphemeralPort - _stack.Options.FirstEphemeralPort + 1;
        uint start = unchecked((uint)_stack.Random.Next());
        bool asks = AsksConnections(endpoint);
        if (asks)
        {
            // One walk over all connections rather than one for each port that is tried.
            _connected.SetAll(false);
            _stack.Tcp.MarkPorts(address, _connected);
        }

        for (int i = 0; i < count; i++)
        {
            port = (ushort)(_stack.Options.FirstEphemeralPort + (int)(unchecked(start + (uint)i) % (uint)count));
            if (!(asks && _connected[port]) && !IsHeld(endpoint, address, port))
            {
                return true;
            }
        }

        port = 0;
        return false;
    }
}

using System;
using System.Collections;
using System.Runtime.CompilerServices;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>All connections by their ends.</summary>
internal sealed class ConnectionTable
{
    private readonly NetStack _stack;
    private TcpConnection?[] _buckets;

    internal ConnectionTable(NetStack stack)
    {
        _stack = stack;
        _buckets = new TcpConnection?[stack.Options.ConnectionBuckets];
    }

    public int Count { get; private set; }

    /// <summary>Makes more buckets when there are twice as many connections.</summary>
    public void Replenish()
    {
        if (Count <= _buckets.Length * 2)
        {
            return;
        }

        TcpConnection?[] old = _buckets;
        _buckets = new TcpConnection?[old.Length * 4];
        foreach (TcpConnection? first in old)
        {
            TcpConnection? connection = first;
            while (connection != null)
            {
                TcpConnection? next = connection.NextInBucket;
                ref TcpConnection? bucket = ref Bucket(connection.Local.Address, connection.Local.Port, connection.Remote.Address, connection.Remote.Port);
                connection.NextInBucket = bucket;
                bucket = connection;
                connection = next;
            }
        }
    }

    [AllocationFree]
    public TcpConnection? Find(in IpAddress local, ushort localPort, in IpAddress remote, ushort remotePort)
    {
        TcpConnection? connection = Bucket(local, localPort, remote, remotePort);
        while (connection != null && (connection.Remote.Port != remotePort || connection.Local.Port != localPort || connection.Remote.Address != remote || connection.Local.Address != local))
        {
            connection = connection.NextInBucket;
        }

        return connection;
    }

    [AllocationFree]
    public void Add(TcpConnection connection)
    {
        ref TcpConnection? bucket = ref Bucket(connection.Local.Address, connection.Local.Port, connection.Remote.Address, connection.Remote.Port);
        connection.NextInBucket = bucket;
        connection.IsInTable = true;
        bucket = connection;
        Count++;
    }

    [AllocationFree]
    public void Remove(TcpConnection connection)
    {
        if (!connection.IsInTable)
        {
            return;
        }

        connection.IsInTable = false;
        Count--;
        ref TcpConnection? bucket = ref Bucket(connection.Local.Address, connection.Local.Port, connection.Remote.Address, connection.Remote.Port);
        if (bucket == connection)
        {
            bucket = connection.NextInBucket;
        }
        else
        {
            TcpConnection before = bucket!;
            while (before.NextInBucket != connection)
            {
                before = before.NextInBucket!;
            }

            before.NextInBucket = connection.NextInBucket;
        }

        connection.NextInBucket = null;
    }

    public void ForEach(Action<TcpConnection> action)
    {
        foreach (TcpConnection? first in _buckets)
        {
            for (TcpConnection? connection = first; connection != null; connection = connection.NextInBucket)
            {
                action(connection);
            }
        }
    }

    /// <summary>Connections whose end is not acknowledged.</summary>
    [AllocationFree]
    public Unfinished FindUnfinished()
    {
        long left = 0;
        Instant heard = default;
        foreach (TcpConnection? first in _buckets)
        {
            for (TcpConnection? connection = first; connection != null; connection = connection.NextInBucket)
            {
                if (connection.IsEndUnacknowledged)
                {
                    left += connection.Unacknowledged + 1;
                    heard = connection.LastHeard > heard ? connection.LastHeard : heard;
                }
            }
        }

        return new Unfinished(left, heard);
    }

    /// <summary>Whether a connection has the port on an address, for bind(2).</summary>
    public bool HasPort(IpAddress address, ushort port)
    {
        foreach (TcpConnection? first in _buckets)
        {
            for (TcpConnection? connection = first; connection != null; connection = connection.NextInBucket)
            {
                if (connection.Local.Port == port && Holds(connection, address))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The same for all ports at once.</summary>
    public void MarkPorts(IpAddress address, BitArray ports)
    {
        foreach (TcpConnection? first in _buckets)
        {
            for (TcpConnection? connection = first; connection != null; connection = connection.NextInBucket)
            {
                ports[connection.Local.Port] |= Holds(connection, address);
            }
        }
    }

    private static bool Holds(TcpConnection connection, IpAddress address) =>
        (address.IsUnspecified || connection.Local.Address == address) && !connection.ReusesAddress;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref TcpConnection? Bucket(in IpAddress local, ushort localPort, in IpAddress remote, ushort remotePort) =>
        ref _buckets[(int)(_stack.Hash(local, localPort, remote, remotePort) & (uint)(_buckets.Length - 1))];
}

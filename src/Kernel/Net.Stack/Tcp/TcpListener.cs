using System;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>A socket that listens: it answers SYNs, and keeps the connections that are made until the program accepts them.</summary>
public sealed partial class TcpListener : Endpoint
{
    /// <summary>What accepted connections have for their options.</summary>
    public TcpSettings Settings;

    private TcpConnection? _first;
    private TcpConnection? _last;

    internal TcpListener(TcpConnection of, int backlog)
        : base(of.Stack, of.Family)
    {
        Settings = of.Settings;
        Local = of.Local;
        ReusesAddress = of.ReusesAddress;
        ReusesPort = of.ReusesPort;
        IsV6Only = of.IsV6Only;
        BoundInterface = of.BoundInterface;
        SetBacklog(backlog);
    }

    /// <summary>How many made connections may wait to be accepted; as Linux, one more than was asked for.</summary>
    public int Backlog { get; private set; }

    /// <summary>Connections that wait to be accepted.</summary>
    public int Waiting { get; private set; }

    /// <summary>Half-open connections.</summary>
    public int Requests { get; internal set; }

    /// <summary>SYNs and acknowledgements that were dropped because the queue was full (ListenOverflows).</summary>
    public ulong Overflows { get; private set; }

    public bool IsClosed { get; private set; }

    public override NetEvents Readiness => _first != null ? NetEvents.Readable : IsClosed ? NetEvents.Readable | NetEvents.HungUp : NetEvents.None;

    private protected override int ReportLimit => Settings.ReceiveBuffer;

    private bool IsFull => Waiting > Backlog;

    /// <summary>listen(2) once more.</summary>
    public void SetBacklog(int backlog) => Backlog = Math.Clamp(backlog, 0, 65535);

    /// <summary>Takes the connection that waits for longest; null when there is none. Puts spare blocks in store: to be called while allocation is allowed.</summary>
    public TcpConnection? Accept(Instant now)
    {
        Stack.Enter(now);
        Stack.Replenish();
        TcpConnection? connection = _first;
        if (connection == null)
        {
            return null;
        }

        _first = connection.NextInQueue;
        if (_first == null)
        {
            _last = null;
        }

        connection.NextInQueue = null;
        Waiting--;
        return connection;
    }

    /// <summary>Stops listening; connections that nobody accepted are reset.</summary>
    public void Close(Instant now)
    {
        Stack.Enter(now);
        if (IsClosed)
        {
            return;
        }

        IsClosed = true;
        Observer = null;
        Stack.Tcp.Syns.RemoveAll(this);
        while (_first is { } connection)
        {
            _first = connection.NextInQueue;
            connection.NextInQueue = null;
            connection.Abort(now);
        }

        Waiting = 0;
        Stack.Tcp.Ports.Release(this);
        Stack.Tcp.Listeners--;
        Stack.Drain();
    }

    [AllocationFree]
    public override void Expire(Instant now)
    {
    }

    [AllocationFree]
    private void Enqueue(TcpConnection connection)
    {
        if (_last == null)
        {
            _first = connection;
        }
        else
        {
            _last.NextInQueue = connection;
        }

        _last = connection;
        Waiting++;
        Observer?.OnReady(NetEvents.Readable);
    }
}

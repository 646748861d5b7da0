using System;
using System.Diagnostics.CodeAnalysis;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.NetStacks;

/// <summary>Two machines on a wire, the second with a listener; and what tests do with connections between them.</summary>
internal sealed class TcpPair
{
    public const ushort Port = 80;

    public TcpPair(NetDeviceFeatures features = NetDeviceFeatures.None, int mtu = 1500, NetStackOptions? options = null, bool isV6 = false)
    {
        HostedMachine.Start(128UL << 20);
        Wire = new VirtualWire();
        A = new VirtualHost(Wire, 1, features, mtu, options);
        B = new VirtualHost(Wire, 2, features, mtu, options);
        IsV6 = isV6;
    }

    public VirtualWire Wire { get; }

    public VirtualHost A { get; }

    public VirtualHost B { get; }

    public bool IsV6 { get; }

    public Instant Now => Wire.Now;

    public IpAddress AddressOf(VirtualHost host) => IsV6 ? host.AddressV6 : host.Address;

    public TcpConnection Socket(VirtualHost host) => new(host.Stack, IsV6 ? AddressFamily.V6 : AddressFamily.V4);

    public TcpListener Listen(int backlog = 128, Action<TcpConnection>? prepare = null, VirtualHost? on = null)
    {
        TcpConnection socket = Socket(on ?? B);
        socket.ReusesAddress = true;
        prepare?.Invoke(socket);
        Assert.Equal(NetError.None, socket.Bind(new EndpointAddress(IsV6 ? IpAddress.AnyV6 : IpAddress.AnyV4, Port), Now));
        Assert.Equal(NetError.None, socket.Listen(backlog, Now, out TcpListener? listener));
        return listener!;
    }

    public TcpConnection Connect(VirtualHost? from = null, VirtualHost? to = null, Action<TcpConnection>? prepare = null)
    {
        TcpConnection socket = Socket(from ?? A);
        prepare?.Invoke(socket);
        Assert.Equal(NetError.InProgress, socket.Connect(new EndpointAddress(AddressOf(to ?? B), Port), Now));
        return socket;
    }

    public TcpConnection Accept(TcpListener listener)
    {
        TcpConnection? accepted = null;
        Check(Wire.RunUntil(() => (accepted ??= listener.Accept(Now)) != null), "nobody connects");
        return accepted!;
    }

    /// <summary>A connection that is made: the one that asked and the one that was accepted.</summary>
    public (TcpConnection Client, TcpConnection Server) Establish(Action<TcpConnection>? prepare = null, Action<TcpConnection>? prepareListener = null)
    {
        TcpListener listener = Listen(prepare: prepareListener);
        TcpConnection client = Connect(prepare: prepare);
        TcpConnection server = Accept(listener);
        Check(Wire.RunUntil(() => client.State == TcpState.Established), "the client is not connected");
        listener.Close(Now);
        return (client, server);
    }

    /// <summary>Sends bytes from one to the other while time passes; checks that they arrive as they were.</summary>
    public void Transfer(TcpConnection from, TcpConnection to, int length, int seed = 1, ulong timeout = 3600 * VirtualWire.Second)
    {
        byte[] data = new byte[length];
        new Random(seed).NextBytes(data);
        byte[] arrived = new byte[length];
        int sent = 0;
        int received = 0;
        bool isDone = Wire.RunUntil(
            () =>
            {
                if (sent < length)
                {
                    NetError error = from.Send(data.AsSpan(sent), Now, out int count);
                    Check(error is NetError.None or NetError.WouldBlock, $"sending fails: {error}");
                    sent += count;
                }

                NetError receiving = to.Receive(arrived.AsSpan(received), Now, out int got);
                Check(receiving is NetError.None or NetError.WouldBlock, $"receiving fails: {receiving}");
                received += got;
                return received == length;
            },
            timeout);
        Check(isDone, $"after {received} of {length} bytes nothing comes any more");
        Check(data.AsSpan().SequenceEqual(arrived), "other bytes arrive than were sent");
    }

    /// <summary>Both close; in the end neither has anything left of it.</summary>
    public void CloseBoth(TcpConnection first, TcpConnection second)
    {
        first.Close(Now);
        Check(Wire.RunUntil(() => second.IsEndOfInput || second.State == TcpState.Closed), "the end does not arrive");
        second.Close(Now);
        Check(Wire.RunUntil(() => first.State == TcpState.Closed && second.State == TcpState.Closed), $"they do not close: {first.State}, {second.State}");
    }

    /// <summary>After all time that anything could take, all memory is back.</summary>
    public void CheckNothingLeft()
    {
        Wire.Faults = null;
        Wire.Run(400 * VirtualWire.Second);
        foreach (VirtualHost host in (ReadOnlySpan<VirtualHost>)[A, B])
        {
            Check(host.Stack.Tcp.ConnectionCount == 0, "a connection is left");
            Check(host.Stack.Tcp.TimeWaitCount == 0, "TIME-WAIT does not end");
            Check(host.Stack.Tcp.Sent.Used == 0, "records of what was sent are left");
            Check(host.Pool.UsedPackets == 0, $"{host.Pool.UsedPackets} packets are left");
            Check(host.Pool.UsedPages == host.HeaderPages, $"{host.Pool.UsedPages - host.HeaderPages} pages are left");
        }
    }

    public void Check([DoesNotReturnIf(false)] bool holds, string what)
    {
        if (!holds)
        {
            string path = Wire.Pcap.Write(what.Replace(' ', '-').Replace(':', '-'));
            Assert.Fail($"{what}; the packets are in {path}");
        }
    }
}

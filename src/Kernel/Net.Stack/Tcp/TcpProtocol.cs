using System;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>TCP: which connection a segment is for, and what is answered when it is for none.</summary>
public sealed class TcpProtocol
{
    private readonly NetStack _stack;

    internal TcpProtocol(NetStack stack) => _stack = stack;

    internal void Replenish()
    {
    }

    internal bool HasConnectionOn(IpAddress address, ushort port) => false;

    internal void SendPending()
    {
    }

    internal void HandleError(in IpAddress local, ushort localPort, in IpAddress remote, ushort remotePort, SeqNo sequence, NetError error, int mtu)
    {
    }

    [AllocationFree]
    internal void Receive(ref IpHeaderInfo info, PacketBuffer packet, ReadOnlySpan<byte> head)
    {
        NetStack.Drop(info.Interface, packet);
    }
}

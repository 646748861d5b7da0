using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>
/// A network card, as the stack sees it. What it receives it gives to <see cref="NetStack.Receive(NetDevice, PacketBuffer, Instant)"/>, and after each burst calls <see cref="NetStack.EndReceive"/>; when it has room
/// again after <see cref="TrySend"/> said no it calls <see cref="NetStack.TransmitReady"/>.
/// </summary>
public abstract class NetDevice
{
    /// <summary>The name for programs, such as eth0: at most 15 bytes of ASCII.</summary>
    public abstract string Name { get; }

    public abstract MacAddress Mac { get; }

    /// <summary>The largest IP packet.</summary>
    public abstract int Mtu { get; }

    public abstract NetDeviceFeatures Features { get; }

    /// <summary>Whether the cable is in, as the device says.</summary>
    public virtual bool IsLinkUp => true;

    /// <summary>Its interface in the stack, once attached.</summary>
    public NetInterface? Interface { get; internal set; }

    /// <summary>
    /// Takes over a packet that begins with its Ethernet header; the device ends with <see cref="PacketBuffer.Release"/> when the packet has left. False when there is no room: the
    /// packet stays the stack's. Must not call the stack.
    /// </summary>
    [AllocationFree]
    public abstract bool TrySend(PacketBuffer packet);

    /// <summary>The burst is over: what <see cref="TrySend"/> took must leave now (the kick).</summary>
    [AllocationFree]
    public abstract void Flush();

    /// <summary>Packets that it has taken over and that have not left.</summary>
    public virtual int CountUnsent() => 0;

    /// <summary>Memory is short: packets that have left but are held still are to be released now.</summary>
    [AllocationFree]
    public virtual void ReleaseSent()
    {
    }
}

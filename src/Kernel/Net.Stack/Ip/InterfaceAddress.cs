using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Net.Stack;

/// <summary>An address of an interface.</summary>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">How many of its bits are the network's, of 32 or 128.</param>
public readonly record struct InterfaceAddress(IpAddress Address, int PrefixLength)
{
    /// <summary>The subnet's last address, which is for all in it; of IPv6, or where a subnet has none (RFC 3021), the limited one.</summary>
    public IpAddress SubnetBroadcast =>
        Address.IsV4 && PrefixLength < 31 ? IpAddress.FromV4(Address.V4 | (uint.MaxValue >> PrefixLength)) : IpAddress.BroadcastV4;

    /// <summary>The broadcast address that programs are told: the one that was set, or the subnet's.</summary>
    public IpAddress Broadcast => OwnBroadcast.IsV4 ? OwnBroadcast : SubnetBroadcast;

    /// <summary>The first address of its subnet.</summary>
    public IpAddress Prefix => NetStack.PrefixOf(Address, PrefixLength);

    /// <summary>Whether it was given without a broadcast address, which is then not told; the subnet's last address is one all the same.</summary>
    public bool HidesBroadcast { get; init; }

    /// <summary>The broadcast address that a program has set, beside the subnet's last; the default is none.</summary>
    public IpAddress OwnBroadcast { get; init; }

    /// <summary>Whether programs are told a broadcast address: on a loopback only one that was set.</summary>
    public bool TellsBroadcast(bool isOnLoopback) => !HidesBroadcast && (OwnBroadcast.IsV4 || (!isOnLoopback && PrefixLength < 31));

    /// <summary>The name that programs have given it, such as eth0:1; null for the interface's.</summary>
    public string? Label { get; init; }

    /// <summary>Whether it is still being checked that nobody else has it (RFC 4862, 5.4).</summary>
    public bool IsTentative { get; init; }

    /// <summary>When it ends, of one that was leased or advertised.</summary>
    public Machine.Instant ValidUntil { get; init; } = Machine.Instant.Never;
}

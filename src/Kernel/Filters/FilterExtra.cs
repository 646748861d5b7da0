namespace Mote.Kernel.Filters;

/// <summary>
/// What a load tells that is not in the input: SKF_AD_ of linux/filter.h, counted from <see cref="FilterProgram.ExtraOffset"/>.
/// </summary>
public enum FilterExtra : uint
{
    Protocol = 0,
    PacketType = 4,
    Interface = 8,
    NetlinkAttribute = 12,
    NestedNetlinkAttribute = 16,
    Mark = 20,
    Queue = 24,
    HardwareType = 28,
    ReceiveHash = 32,
    Cpu = 36,

    /// <summary>A = A ^ X.</summary>
    XorIndex = 40,
    VlanTag = 44,
    HasVlanTag = 48,
    PayloadOffset = 52,
    Random = 56,
    VlanProtocol = 60,
}

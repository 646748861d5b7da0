using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Net.Stack;

/// <summary>What one datagram has otherwise than its endpoint says. The default changes nothing.</summary>
public struct DatagramOverrides
{
    /// <summary>The hop limit.</summary>
    public byte? TimeToLive;

    public byte? TypeOfService;

    /// <summary>One of this machine's addresses, or an unspecified one.</summary>
    public IpAddress Source;

    /// <summary>The index of an interface that there is, to leave by; or zero.</summary>
    public int Interface;

    /// <summary>IPV6_DONTFRAG of this one: it is refused rather than cut, or the other way round.</summary>
    public bool? RefusesFragments;

    /// <summary>Which times of it are told, and its number (SO_TIMESTAMPING).</summary>
    public SendStamps Stamps;
    public uint StampKey;

    /// <summary>The flags of a control message SO_TIMESTAMPING, which stand for the socket's.</summary>
    public uint? StampFlags;

    /// <summary>UDP_SEGMENT: how much of the data each datagram has; zero for all in one.</summary>
    public int SegmentSize;
    public bool HasSegmentSize;

    internal readonly bool HasPath => Interface != 0 || !Source.IsUnspecified;
}

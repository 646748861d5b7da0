namespace Mote.Kernel.Net.Wire;

/// <summary>Types of ICMP messages that Mote makes or understands.</summary>
public static class IcmpType
{
    public const byte V4EchoReply = 0;
    public const byte V4Unreachable = 3;
    public const byte V4Echo = 8;
    public const byte V4TimeExceeded = 11;
    public const byte V4ParameterProblem = 12;

    public const byte V6Unreachable = 1;
    public const byte V6PacketTooBig = 2;
    public const byte V6TimeExceeded = 3;
    public const byte V6ParameterProblem = 4;
    public const byte V6Echo = 128;
    public const byte V6EchoReply = 129;
    public const byte RouterSolicitation = 133;
    public const byte RouterAdvertisement = 134;
    public const byte NeighborSolicitation = 135;
    public const byte NeighborAdvertisement = 136;
    public const byte Redirect = 137;
}

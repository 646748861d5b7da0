namespace Mote.Kernel.Net.Wire;

/// <summary>What a DHCP message is (RFC 2132, 9.6).</summary>
public enum DhcpMessageType : byte
{
    None = 0,
    Discover = 1,
    Offer = 2,
    Request = 3,
    Decline = 4,
    Acknowledge = 5,
    Refuse = 6,
    Release = 7,
}

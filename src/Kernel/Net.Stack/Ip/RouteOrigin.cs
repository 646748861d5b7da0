namespace Mote.Kernel.Net.Stack;

/// <summary>Who made a route, by the numbers that rtnetlink(7) has for it (RTPROT_KERNEL and its kin).</summary>
public enum RouteOrigin : byte
{
    /// <summary>It came with an address.</summary>
    Kernel = 2,

    /// <summary>Set at the start, or by ip-route(8) without saying what by.</summary>
    Boot = 3,

    /// <summary>A router advertised itself.</summary>
    RouterAdvertisement = 9,

    /// <summary>It came with a lease.</summary>
    Dhcp = 16,
}

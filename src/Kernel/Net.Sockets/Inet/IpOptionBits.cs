using System;

namespace Mote.Kernel.Net.Sockets;

/// <summary>Options at the levels of IP that are on or off.</summary>
[Flags]
internal enum IpOptionBits : uint
{
    None = 0,
    PacketInformation = 0x1,
    ReceiveErrors = 0x2,
    ReceiveTimeToLive = 0x4,
    ReceiveTypeOfService = 0x8,
    FreeBind = 0x10,
    BindAddressWithoutPort = 0x20,
    MulticastAll = 0x40,
    Transparent = 0x80,
    PacketInformation6 = 0x100,
    ReceiveErrors6 = 0x200,
    ReceiveHopLimit6 = 0x400,
    ReceiveTrafficClass6 = 0x800,
    OriginalDestination = 0x1000,
    OriginalDestination6 = 0x2000,
    PassSecurity = 0x4000,
    MulticastAll6 = 0x8000,
    PacketInformation2292 = 0x1_0000,
    HopLimit2292 = 0x2_0000,
    DoNotFragment6 = 0x4_0000,
}

using System;
using System.Buffers.Binary;
using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>A network device's configuration (VIRTIO 1.2, 5.1.4): mac at 0, status at 6, the number of queues at 8, mtu at 10.</summary>
internal static class NetworkConfiguration
{
    public const int EthernetMtu = 1500;

    private const int LeastMtu = 68;
    private const int MostMtu = 65535;
    private const uint LinkUp = 1;

    /// <summary>The address and the MTU. False when the device has no address, or one that no card can have, or an MTU that no IP packet fits into.</summary>
    public static bool TryRead(VirtioTransport transport, ulong features, out MacAddress mac, out int mtu)
    {
        mac = default;
        mtu = EthernetMtu;
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, transport.ReadConfig32(0));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], transport.ReadConfig32(4));
        bool isGroup = (bytes[0] & 1) != 0;
        if ((features & NetworkFeatures.Mac) == 0 || isGroup || bytes[..6].IndexOfAnyExcept((byte)0) < 0)
        {
            return false;
        }

        mac = MacAddress.Read(bytes);
        if ((features & NetworkFeatures.Mtu) != 0)
        {
            mtu = (int)(transport.ReadConfig32(8) >> 16);
        }

        return mtu is >= LeastMtu and <= MostMtu;
    }

    public static bool IsLinkUp(VirtioTransport transport, ulong features) =>
        (features & NetworkFeatures.Status) == 0 || ((transport.ReadConfig32(4) >> 16) & LinkUp) != 0;
}

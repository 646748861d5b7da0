using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>A virtio network device as the stack knows it.</summary>
internal sealed class NetworkCard(NetworkDevice device, string name) : NetDevice
{
    public override string Name => name;

    public override MacAddress Mac => device.Mac;

    public override int Mtu => device.Mtu;

    public override NetDeviceFeatures Features => device.CardFeatures;

    public override bool IsLinkUp => device.IsLinkUp;

    [AllocationFree]
    public override bool TrySend(PacketBuffer packet) => device.TrySend(packet);

    [AllocationFree]
    public override void Flush() => device.Flush();

    public override int CountUnsent() => device.CountUnsent();

    [AllocationFree]
    public override void ReleaseSent() => device.TakeSent();
}

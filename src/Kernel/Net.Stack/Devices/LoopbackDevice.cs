using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>The machine itself. A packet is handed over as it is: nothing is summed, cut or copied.</summary>
internal sealed class LoopbackDevice : NetDevice
{
    private PacketQueue _packets;

    public override string Name => "lo";

    public override MacAddress Mac => default;

    public override int Mtu => 65536;

    public override NetDeviceFeatures Features =>
        NetDeviceFeatures.Loopback | NetDeviceFeatures.SendChecksum | NetDeviceFeatures.ReceiveChecksum | NetDeviceFeatures.Merges;

    [AllocationFree]
    public override bool TrySend(PacketBuffer packet)
    {
        _packets.Add(packet);
        return true;
    }

    /// <summary>The stack takes what was sent when it has nothing else to do.</summary>
    [AllocationFree]
    public override void Flush()
    {
    }

    internal PacketBuffer? Take() => _packets.Take();
}

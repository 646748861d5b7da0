using Mote.Machine;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>A device on PCI, by its modern interface (VIRTIO 1.2, 4.1), with one MSI-X vector for all it has to say.</summary>
public sealed class PciTransport : VirtioTransport
{
    internal const int CommonBytes = 0x38;

    internal const int DeviceFeatureSelect = 0x00;
    internal const int DeviceFeature = 0x04;
    internal const int DriverFeatureSelect = 0x08;
    internal const int DriverFeature = 0x0c;
    internal const int ConfigVector = 0x10;
    internal const int QueueCount = 0x12;
    internal const int StatusField = 0x14;
    internal const int QueueSelect = 0x16;
    internal const int QueueSize = 0x18;
    internal const int QueueVector = 0x1a;
    internal const int QueueEnable = 0x1c;
    internal const int QueueNotifyOffset = 0x1e;
    internal const int QueueDescriptors = 0x20;
    internal const int QueueDriver = 0x28;
    internal const int QueueDevice = 0x30;

    private const ushort NoVector = 0xffff;
    private const int MaxQueues = 64;

    private readonly PciRegisters _registers;
    private readonly int[] _notifyOffsets = new int[MaxQueues];

    internal PciTransport(PciRegisters registers, VirtioDeviceType type, string name)
    {
        _registers = registers;
        DeviceType = type;
        Name = name;
    }

    public override string Name { get; }

    public override VirtioDeviceType DeviceType { get; }

    public override byte Status
    {
        get => _registers.Common.Read8(StatusField);
        set => _registers.Common.Write8(StatusField, value);
    }

    public override ulong ReadFeatures()
    {
        _registers.Common.Write32(DeviceFeatureSelect, 0);
        ulong low = _registers.Common.Read32(DeviceFeature);
        _registers.Common.Write32(DeviceFeatureSelect, 1);
        return low | ((ulong)_registers.Common.Read32(DeviceFeature) << 32);
    }

    public override void WriteFeatures(ulong features)
    {
        _registers.Common.Write32(DriverFeatureSelect, 0);
        _registers.Common.Write32(DriverFeature, (uint)(features & uint.MaxValue));
        _registers.Common.Write32(DriverFeatureSelect, 1);
        _registers.Common.Write32(DriverFeature, (uint)(features >> 32));
    }

    public override int MaxQueueSize(int queue)
    {
        if (queue >= MaxQueues || queue >= _registers.Common.Read16(QueueCount))
        {
            return 0;
        }

        _registers.Common.Write16(QueueSelect, (ushort)queue);
        return _registers.Common.Read16(QueueSize);
    }

    public override bool TrySetUpQueue(int queue, int size, in QueueAddresses addresses)
    {
        RegisterBlock common = _registers.Common;
        common.Write16(QueueSelect, (ushort)queue);
        ulong notify = common.Read16(QueueNotifyOffset) * (ulong)_registers.NotifyMultiplier;
        if (common.Read16(QueueEnable) != 0 || notify + 2 > (ulong)_registers.Notify.Length || (notify & 1) != 0)
        {
            return false;
        }

        common.Write16(QueueVector, 0);
        if (common.Read16(QueueVector) == NoVector)
        {
            return false;
        }

        common.Write16(QueueSize, (ushort)size);
        common.Write64(QueueDescriptors, addresses.Descriptors.Value);
        common.Write64(QueueDriver, addresses.Available.Value);
        common.Write64(QueueDevice, addresses.Used.Value);
        common.Write16(QueueEnable, 1);
        _notifyOffsets[queue] = (int)notify;
        return true;
    }

    public override void Notify(int queue) => _registers.Notify.Write16(_notifyOffsets[queue], (ushort)queue);

    public override uint ReadConfig32(int offset) =>
        _registers.Device != null && offset <= _registers.Device.Length - sizeof(uint) ? _registers.Device.Read32(offset) : 0;

    public override bool TryConnectInterrupt(InterruptHandler handler)
    {
        if (!Interrupts.TryAllocate(handler, out InterruptLine? line))
        {
            return false;
        }

        // The table's first entry: address, data, not masked (PCI Local Bus 3.0, 6.8.2).
        _registers.MsiXTable.Write64(0, line!.MessageAddress);
        _registers.MsiXTable.Write32(8, line.MessageData);
        _registers.MsiXTable.Write32(12, 0);
        if (!_registers.EnableMsiX())
        {
            return false;
        }

        _registers.Common.Write16(ConfigVector, 0);
        return _registers.Common.Read16(ConfigVector) != NoVector;
    }

    /// <summary>A message needs no acknowledgement, and does not say of what it is: changes of the configuration are not looked for.</summary>
    public override bool AcknowledgeInterrupt() => false;
}

using Mote.Machine;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>
/// A device on PCI, by its modern interface (VIRTIO 1.2, 4.1). Of its MSI-X vectors the first is for all queues that ask for none of
/// their own, and further ones for those that do and for the
/// configuration, as far as the device has any. A message says by its vector what it is of, and needs no acknowledgement.
/// </summary>
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
    private const int VectorBytes = 16;
    private const int SharedVector = 0;

    private readonly PciRegisters _registers;
    private readonly int[] _notifyOffsets = new int[MaxQueues];
    private int _vectorCount;
    private int _queueCount = -1;
    private int _selected = -1;

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
        set
        {
            _registers.Common.Write8(StatusField, value);
            _selected = -1; // a reset selects another
        }
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
        if (_queueCount < 0)
        {
            _queueCount = _registers.Common.Read16(QueueCount);
        }

        if (queue >= MaxQueues || queue >= _queueCount)
        {
            return 0;
        }

        Select(queue);
        return _registers.Common.Read16(QueueSize);
    }

    public override bool TrySetUpQueue(int queue, int size, in QueueAddresses addresses, InterruptHandler? own)
    {
        RegisterBlock common = _registers.Common;
        Select(queue);
        ulong notify = common.Read16(QueueNotifyOffset) * (ulong)_registers.NotifyMultiplier;
        if (common.Read16(QueueEnable) != 0 || notify + 2 > (ulong)_registers.Notify.Length || (notify & 1) != 0)
        {
            return false;
        }

        int vector = own == null ? SharedVector : AddVector(own);
        common.Write16(QueueVector, (ushort)(vector < 0 ? SharedVector : vector));
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

    public override bool TryConnectInterrupt(InterruptHandler handler) => AddVector(handler) == SharedVector && _registers.EnableMsiX();

    public override bool TryConnectConfiguration(InterruptHandler handler)
    {
        int vector = AddVector(handler);
        if (vector < 0)
        {
            return false;
        }

        _registers.Common.Write16(ConfigVector, (ushort)vector);
        return _registers.Common.Read16(ConfigVector) != NoVector;
    }

    public override void AcknowledgeInterrupt()
    {
    }

    /// <summary>
    /// Fills the next entry of the table: address, data, not masked (PCI Local Bus 3.0, 6.8.2). Its number, or -1 where there is none
    /// left.
    /// </summary>
    private int AddVector(InterruptHandler handler)
    {
        int at = _vectorCount * VectorBytes;
        if (at + VectorBytes > _registers.MsiXTable.Length || !Interrupts.TryAllocate(handler, out InterruptLine? line))
        {
            return -1;
        }

        _registers.MsiXTable.Write64(at, line!.MessageAddress);
        _registers.MsiXTable.Write32(at + 8, line.MessageData);
        _registers.MsiXTable.Write32(at + 12, 0);
        return _vectorCount++;
    }

    /// <summary>Selects a queue, unless it is the one that was selected last.</summary>
    private void Select(int queue)
    {
        if (queue != _selected)
        {
            _registers.Common.Write16(QueueSelect, (ushort)queue);
            _selected = queue;
        }
    }
}

using Mote.Machine;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>A device behind memory-mapped registers (VIRTIO 1.2, 4.2).</summary>
public sealed class MmioTransport : VirtioTransport
{
    internal const int WindowBytes = 0x200;
    internal const uint ExpectedMagic = 0x7472_6976;
    internal const uint ModernVersion = 2;

    internal const int Magic = 0x000;
    internal const int Version = 0x004;
    internal const int DeviceId = 0x008;
    internal const int DeviceFeatures = 0x010;
    internal const int DeviceFeaturesSelect = 0x014;
    internal const int DriverFeatures = 0x020;
    internal const int DriverFeaturesSelect = 0x024;
    internal const int QueueSelect = 0x030;
    internal const int QueueSizeMax = 0x034;
    internal const int QueueSize = 0x038;
    internal const int QueueReady = 0x044;
    internal const int QueueNotify = 0x050;
    internal const int InterruptAcknowledge = 0x064;
    internal const int StatusRegister = 0x070;
    internal const int QueueDescriptors = 0x080;
    internal const int QueueDriver = 0x090;
    internal const int QueueDevice = 0x0a0;
    internal const int Configuration = 0x100;

    private readonly RegisterBlock _registers;
    private readonly int _interruptPin;
    private int _selected = -1;

    internal MmioTransport(RegisterBlock registers, string name, int interruptPin)
    {
        _registers = registers;
        _interruptPin = interruptPin;
        Name = name;
        DeviceType = (VirtioDeviceType)registers.Read32(DeviceId);
    }

    public override string Name { get; }

    public override VirtioDeviceType DeviceType { get; }

    public override byte Status
    {
        get => (byte)(_registers.Read32(StatusRegister) & 0xff);
        set
        {
            _registers.Write32(StatusRegister, value);
            _selected = -1; // a reset selects another
        }
    }

    public override ulong ReadFeatures()
    {
        _registers.Write32(DeviceFeaturesSelect, 0);
        ulong low = _registers.Read32(DeviceFeatures);
        _registers.Write32(DeviceFeaturesSelect, 1);
        return low | ((ulong)_registers.Read32(DeviceFeatures) << 32);
    }

    public override void WriteFeatures(ulong features)
    {
        _registers.Write32(DriverFeaturesSelect, 0);
        _registers.Write32(DriverFeatures, (uint)(features & uint.MaxValue));
        _registers.Write32(DriverFeaturesSelect, 1);
        _registers.Write32(DriverFeatures, (uint)(features >> 32));
    }

    public override int MaxQueueSize(int queue)
    {
        Select(queue);
        return (int)uint.Min(_registers.Read32(QueueSizeMax), ushort.MaxValue);
    }

    public override bool TrySetUpQueue(int queue, int size, in QueueAddresses addresses, InterruptHandler? own)
    {
        Select(queue);
        if (_registers.Read32(QueueReady) != 0)
        {
            return false;
        }

        _registers.Write32(QueueSize, (uint)size);
        _registers.Write64(QueueDescriptors, addresses.Descriptors.Value);
        _registers.Write64(QueueDriver, addresses.Available.Value);
        _registers.Write64(QueueDevice, addresses.Used.Value);
        _registers.Write32(QueueReady, 1);
        return true;
    }

    public override void Notify(int queue) => _registers.Write32(QueueNotify, (uint)queue);

    public override uint ReadConfig32(int offset) => _registers.Read32(Configuration + offset);

    public override bool TryConnectInterrupt(InterruptHandler handler) =>
        Interrupts.TryAllocate(handler, out InterruptLine? line) && line!.TryRouteIoApic(_interruptPin);

    public override bool TryConnectConfiguration(InterruptHandler handler) => false;

    /// <summary>
    /// Takes the line down: it is wired to an edge-triggered pin, so only the next rise is seen. The status is not read, for each access
    /// is an exit to the VMM: both causes are
    /// acknowledged, and <see cref="VirtioDevice"/> looks at the queues and, now and then, at the configuration.
    /// </summary>
    public override void AcknowledgeInterrupt()
    {
        const uint UsedBuffers = 1, ConfigurationChanged = 2;
        _registers.Write32(InterruptAcknowledge, UsedBuffers | ConfigurationChanged);
    }

    /// <summary>Selects a queue, unless it is the one that was selected last.</summary>
    private void Select(int queue)
    {
        if (queue != _selected)
        {
            _registers.Write32(QueueSelect, (uint)queue);
            _selected = queue;
        }
    }
}

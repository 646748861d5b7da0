using System;
using System.Collections.Generic;
using Mote.Kernel.Drivers.Virtio;
using Mote.Machine;

namespace Mote.Tests.Unit.Virtio;

/// <summary>A device that is there at once: registers as plain properties.</summary>
internal sealed class FakeTransport(DmaMemory memory, VirtioDeviceType type) : VirtioTransport
{
    private byte _status;
    private readonly Dictionary<int, InterruptHandler> _own = [];
    private InterruptHandler? _handler;
    private InterruptHandler? _configurationHandler;

    public override string Name => "fake";

    public override VirtioDeviceType DeviceType { get; } = type;

    public ulong Offered { get; set; } = Features.Version1 | Features.EventIndex | 2;

    public ulong Accepted { get; private set; }

    public uint MaxPorts { get; set; } = 3;

    public bool AcceptsFeatures { get; set; } = true;

    public int QueueSizeMax { get; set; } = 128;

    public int Kicks { get; private set; }

    public Action<int>? OnNotify { get; set; }

    public Dictionary<int, FakeQueue> Queues { get; } = [];

    public override byte Status
    {
        get => _status;
        set
        {
            _status = value;
            if (!AcceptsFeatures)
            {
                _status &= 0xf7;
            }
        }
    }

    public override ulong ReadFeatures() => Offered;

    public override void WriteFeatures(ulong features) => Accepted = features;

    public override int MaxQueueSize(int queue) => QueueSizeMax;

    /// <summary>Whether queues and the configuration may have handlers of their own, as with MSI-X.</summary>
    public bool HasVectors { get; set; }

    public override bool TrySetUpQueue(int queue, int size, in QueueAddresses addresses, InterruptHandler? own)
    {
        Queues.Add(queue, new FakeQueue(memory, addresses, size));
        if (HasVectors && own != null)
        {
            _own.Add(queue, own);
        }

        return true;
    }

    public override void Notify(int queue)
    {
        Kicks++;
        OnNotify?.Invoke(queue);
    }

    /// <summary>Words of the configuration by their offset; the word at 4 is <see cref="MaxPorts"/> unless it is here.</summary>
    public Dictionary<int, uint> Configuration { get; } = [];

    public override uint ReadConfig32(int offset) => Configuration.TryGetValue(offset, out uint word) ? word : offset == 4 ? MaxPorts : 0;

    public override bool TryConnectInterrupt(InterruptHandler handler)
    {
        _handler = handler;
        return true;
    }

    public override bool TryConnectConfiguration(InterruptHandler handler)
    {
        _configurationHandler = HasVectors ? handler : null;
        return HasVectors;
    }

    public int Acknowledgements { get; private set; }

    public override void AcknowledgeInterrupt() => Acknowledgements++;

    public void Interrupt() => _handler!.Handle();

    /// <summary>By the queue's own vector.</summary>
    public void InterruptOf(int queue) => _own[queue].Handle();

    /// <summary>By the configuration's own vector.</summary>
    public void InterruptOfConfiguration() => _configurationHandler!.Handle();
}

using Mote.Kernel.Logging;
using Mote.Machine;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>
/// A driver's hold on a device: initialisation in the order of the specification (VIRTIO 1.2, 3.1.1), interrupts, and the end of a device that breaks
/// the protocol: it is reset, logged and never used again.
/// </summary>
public abstract class VirtioDevice : InterruptHandler
{
    private const int ResetPatience = 1000;

    /// <summary>
    /// Where a change of the configuration says nothing of itself: the longest time that one goes by unseen while the queues keep the
    /// device busy.
    /// </summary>
    private const ulong LookNs = 1_000_000_000;

    private readonly VirtioTransport _transport;
    private readonly KernelLog _log;
    private DmaRegion? _rings;
    private int _ringsUsed;
    private bool _hasEventIndex;
    private bool _looksAtConfiguration;
    private Instant _lastLook;

    protected VirtioDevice(VirtioTransport transport, DmaMemory memory, KernelLog log)
    {
        _transport = transport;
        _log = log;
        Memory = memory;
    }

    /// <summary>The device broke the protocol and was given up.</summary>
    public bool IsBroken { get; private set; }

    protected DmaMemory Memory { get; }

    protected VirtioTransport Transport => _transport;

    public sealed override void Handle()
    {
        if (IsBroken)
        {
            return;
        }

        _transport.AcknowledgeInterrupt();
        bool isOfQueue = Service();
        if (_looksAtConfiguration && !IsBroken)
        {
            LookAtConfiguration(isOfQueue);
        }
    }

    public sealed override void OnFlood() => StopFlood();

    /// <summary>One of the device's interrupts does not end.</summary>
    internal void StopFlood() => GiveUp("interrupts without end");

    /// <summary>Looks at all queues without an interrupt: there is nothing to acknowledge.</summary>
    public void Poll()
    {
        if (!IsBroken)
        {
            _ = Service();
        }
    }

    internal void HandleQueue(int queue)
    {
        if (!IsBroken)
        {
            ServiceQueue(queue);
        }
    }

    internal void HandleConfiguration()
    {
        if (!IsBroken)
        {
            OnConfigurationChanged();
        }
    }

    /// <summary>Looks at all queues. True when one of them had something. Runs from the interrupt; must not block or allocate.</summary>
    protected abstract bool Service();

    /// <summary>Looks at a queue that was set up with an interrupt of its own. As <see cref="Service"/>.</summary>
    protected virtual void ServiceQueue(int queue) => Service();

    /// <summary>The device's own configuration may have changed. As <see cref="Service"/>.</summary>
    protected virtual void OnConfigurationChanged()
    {
    }

    /// <summary>Has <see cref="OnConfigurationChanged"/> called from now on. After negotiation.</summary>
    protected void WatchConfiguration() => _looksAtConfiguration = !_transport.TryConnectConfiguration(new ConfigurationInterrupt(this));

    /// <summary>The device is gone: whoever waits for it must be told.</summary>
    protected abstract void OnGivenUp();

    /// <summary>Resets the device and agrees on features: VERSION_1, the event index and those of <paramref name="wanted"/> that it offers. False when that fails.</summary>
    protected bool TryNegotiate(ulong wanted, out ulong accepted)
    {
        accepted = 0;
        _transport.Status = DeviceStatus.Reset;
        for (int tries = 0; _transport.Status != DeviceStatus.Reset; tries++)
        {
            if (tries == ResetPatience)
            {
                return Refuse("does not reset");
            }
        }

        _transport.Status = DeviceStatus.Acknowledge;
        _transport.Status = DeviceStatus.Acknowledge | DeviceStatus.Driver;
        ulong features = _transport.ReadFeatures() & (wanted | Features.Version1 | Features.EventIndex);
        if ((features & Features.Version1) == 0)
        {
            return Refuse("is a legacy device; QEMU needs disable-legacy=on or virtio-mmio.force-legacy=false");
        }

        _transport.WriteFeatures(features);
        _transport.Status = DeviceStatus.Acknowledge | DeviceStatus.Driver | DeviceStatus.FeaturesOk;
        if ((_transport.Status & DeviceStatus.FeaturesOk) == 0)
        {
            return Refuse("does not accept the features");
        }

        if (!_transport.TryConnectInterrupt(this))
        {
            return Refuse("has no interrupt");
        }

        _hasEventIndex = (features & Features.EventIndex) != 0;
        accepted = features;
        return true;
    }

    /// <summary>Sets a queue up, of at most <paramref name="wantedSize"/> entries (a power of two). False when the device has no such queue or memory is short.</summary>
    protected bool TryAddQueue(int index, int wantedSize, out SplitQueue? queue) => TryAddQueue(index, wantedSize, own: null, out queue);

    /// <summary>As above, with an interrupt of its own where the transport can: <see cref="ServiceQueue"/>.</summary>
    protected bool TryAddInterruptingQueue(int index, int wantedSize, out SplitQueue? queue) => TryAddQueue(index, wantedSize, new QueueInterrupt(this, index), out queue);

    private bool TryAddQueue(int index, int wantedSize, InterruptHandler? own, out SplitQueue? queue)
    {
        queue = null;
        int size = wantedSize;
        int offered = _transport.MaxQueueSize(index);
        while (size > offered)
        {
            size >>= 1;
        }

        if (size == 0)
        {
            return Refuse("lacks a queue");
        }

        int bytes = SplitQueue.BytesFor(size);
        if (_rings == null || bytes > _rings.Length - _ringsUsed)
        {
            if (!Memory.TryAllocate(bytes, out _rings))
            {
                return Refuse("cannot be used: no memory for its queues");
            }

            _ringsUsed = 0;
        }

        if (!Memory.TryAllocate(size, out DmaTable? descriptors))
        {
            return Refuse("cannot be used: no memory for its queues");
        }

        SplitQueue candidate = new(descriptors!, _rings!, _ringsUsed, _hasEventIndex);
        _ringsUsed += bytes;
        if (!_transport.TrySetUpQueue(index, size, candidate.Addresses, own))
        {
            return Refuse("does not take a queue");
        }

        queue = candidate;
        return true;
    }

    /// <summary>Lets the device run: all queues are set up.</summary>
    protected void GoLive() =>
        _transport.Status = DeviceStatus.Acknowledge | DeviceStatus.Driver | DeviceStatus.FeaturesOk | DeviceStatus.DriverOk;

    /// <summary>Shows the device what was offered, with a kick when it wants one.</summary>
    protected internal void Publish(SplitQueue queue, int index)
    {
        if (queue.Publish() && !IsBroken)
        {
            _transport.Notify(index);
        }
    }

    /// <summary>Logs what the device did, resets it and never uses it again.</summary>
    protected internal void GiveUp(string reason)
    {
        if (IsBroken)
        {
            return;
        }

        Refuse(reason);
        OnGivenUp();
    }

    /// <summary>An interrupt that is of no queue is of the configuration; one that is may be of both.</summary>
    private void LookAtConfiguration(bool isOfQueue)
    {
        Instant now = Clock.Now;
        if (!isOfQueue || now.Since(_lastLook) >= LookNs)
        {
            _lastLook = now;
            OnConfigurationChanged();
        }
    }

    [MayAllocate("a device is refused once")]
    private bool Refuse(string reason)
    {
        IsBroken = true;
        _transport.Status = DeviceStatus.Reset;
        _log.Write("virtio: " + _transport.Name + " " + reason);
        return false;
    }
}

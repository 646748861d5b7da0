using System.Runtime.CompilerServices;
using Mote.Kernel.Logging;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Net.Wire;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>
/// virtio-net (VIRTIO 1.2, 5.1): one queue each way, large segments and checksums left to the device, received packets in as many pages as they need. Packets stay in the
/// pages of the stack's pool from here to the program; nothing is copied on the way but what is small.
/// </summary>
/// <remarks>
/// Receiving: an interrupt turns interrupts off and takes what is there, up to <see cref="Burst"/> packets. Is there more, the rest is taken a moment later by a timer, so that a flood
/// leaves the program its turn; only an empty queue turns interrupts on again. Where the transport can, each queue and the configuration
/// have interrupts of their own. Sending: pages come back when the next packet is sent; the device interrupts only when the queue was
/// full.
/// </remarks>
public sealed partial class NetworkDevice : VirtioDevice
{
    private const int ReceiveQueue = 0;
    private const int SendQueue = 1;
    private const int QueueSize = 256;

    /// <summary>Packets that one interrupt takes.</summary>
    private const int Burst = 256;

    private readonly NetStack _stack;
    private readonly StackTimer _timer;
    private readonly NetworkCard _card;
    private readonly PollTimer _pollTimer;
    private SplitQueue? _receive;
    private SplitQueue? _send;
    private ulong _features;

    private NetworkDevice(VirtioTransport transport, DmaMemory memory, KernelLog log, NetStack stack, StackTimer timer, TimerQueue timers, string name)
        : base(transport, memory, log)
    {
        _stack = stack;
        _timer = timer;
        _card = new NetworkCard(this, name);
        _pollTimer = new PollTimer(this, timers);
    }

    /// <summary>The device as the stack sees it.</summary>
    public NetDevice Card => _card;

    internal MacAddress Mac { get; private set; }

    internal int Mtu { get; private set; } = NetworkConfiguration.EthernetMtu;

    internal bool IsLinkUp { get; private set; } = true;

    internal NetDeviceFeatures CardFeatures { get; private set; }

    private bool Merges
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (_features & NetworkFeatures.MergeableBuffers) != 0;
    }

    /// <summary>Starts the device and makes it an interface of the stack. Null when it cannot be driven; the log says why.</summary>
    public static NetworkDevice? TryStart(VirtioTransport transport, DmaMemory memory, KernelLog log, NetStack stack, StackTimer timer, TimerQueue timers, string name)
    {
        NetworkDevice device = new(transport, memory, log, stack, timer, timers, name);
        return device.TryStart() ? device : null;
    }

    protected override bool Service()
    {
        Instant now = Clock.Now;
        bool hasReceived = ReceiveBurst(now), hasSent = ServiceSend(now);
        _timer.Update();
        return hasReceived || hasSent;
    }

    protected override void ServiceQueue(int queue)
    {
        Instant now = Clock.Now;
        if (queue == ReceiveQueue)
        {
            _ = ReceiveBurst(now);
            TakeSent();
        }
        else
        {
            _ = ServiceSend(now);
        }

        _timer.Update();
    }

    /// <summary>Takes back what has left, and goes on sending where the queue was full. True when something has left.</summary>
    [AllocationFree]
    private bool ServiceSend(Instant now)
    {
        bool hasSent = _send!.HasUsed;
        TakeSent();
        if (_isSendStopped && !IsBroken && _send!.FreeCount >= QueueSize / 4)
        {
            _isSendStopped = false;
            _send.DisableInterrupts();
            _stack.TransmitReady(_card, now);
        }

        return hasSent;
    }

    protected override void OnConfigurationChanged() => IsLinkUp = NetworkConfiguration.IsLinkUp(Transport, _features);

    protected override void OnGivenUp() => IsLinkUp = false;

    private bool TryStart()
    {
        const ulong Wanted = NetworkFeatures.Checksum | NetworkFeatures.GuestChecksum | NetworkFeatures.Mtu | NetworkFeatures.Mac | NetworkFeatures.HostSegments4 |
            NetworkFeatures.HostSegments6 | NetworkFeatures.MergeableBuffers | NetworkFeatures.Status | NetworkFeatures.ControlQueue | NetworkFeatures.ControlReceive;

        // Without mergeable buffers a large packet has nowhere to go: a buffer is a page.
        const ulong Large = NetworkFeatures.GuestSegments4 | NetworkFeatures.GuestSegments6;
        bool mergesBuffers = (Transport.ReadFeatures() & NetworkFeatures.MergeableBuffers) != 0;
        if (!TryNegotiate(mergesBuffers ? Wanted | Large : Wanted, out _features) ||
            !TryAddInterruptingQueue(ReceiveQueue, QueueSize, out _receive) ||
            !TryAddInterruptingQueue(SendQueue, QueueSize, out _send))
        {
            return false;
        }

        if (!NetworkConfiguration.TryRead(Transport, _features, out MacAddress mac, out int mtu))
        {
            GiveUp("has no address, or an MTU that is none");
            return false;
        }

        Mac = mac;
        Mtu = mtu;
        CardFeatures = FeaturesOf(_features);
        OnConfigurationChanged();
        if ((_features & NetworkFeatures.Status) != 0)
        {
            WatchConfiguration();
        }

        NetworkControl? control = null;
        if ((_features & NetworkFeatures.ControlReceive) != 0 && !NetworkControl.TryCreate(this, TryAddQueue, Memory, out control))
        {
            return false;
        }

        if (!TryFillReceive())
        {
            GiveUp("cannot be used: no memory for packets");
            return false;
        }

        _send!.DisableInterrupts();
        GoLive();
        Publish(_receive!, ReceiveQueue);
        if (control != null && !control.TryChooseReceived())
        {
            GiveUp("does not answer on its control queue");
            return false;
        }

        _ = _stack.Attach(_card);
        _ = Service();
        return !IsBroken;
    }

    private static NetDeviceFeatures FeaturesOf(ulong features) =>
        ((features & NetworkFeatures.Checksum) != 0 ? NetDeviceFeatures.SendChecksum : NetDeviceFeatures.None) |
        ((features & NetworkFeatures.GuestChecksum) != 0 ? NetDeviceFeatures.ReceiveChecksum : NetDeviceFeatures.None) |
        ((features & (NetworkFeatures.Checksum | NetworkFeatures.HostSegments4)) == (NetworkFeatures.Checksum | NetworkFeatures.HostSegments4) ? NetDeviceFeatures.SegmentV4 : NetDeviceFeatures.None) |
        ((features & (NetworkFeatures.Checksum | NetworkFeatures.HostSegments6)) == (NetworkFeatures.Checksum | NetworkFeatures.HostSegments6) ? NetDeviceFeatures.SegmentV6 : NetDeviceFeatures.None) |
        ((features & NetworkFeatures.GuestSegments4) != 0 ? NetDeviceFeatures.Merges : NetDeviceFeatures.None);
}

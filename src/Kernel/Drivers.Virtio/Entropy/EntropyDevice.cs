using System;
using Mote.Kernel.Logging;
using Mote.Kernel.Random;
using Mote.Machine;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>
/// virtio-rng (VIRTIO 1.2, 5.4): asks for bytes once at the start and mixes them into the pool when they come. Only a machine without another source waits for them.
/// </summary>
public sealed class EntropyDevice : VirtioDevice
{
    private const int RequestBytes = 64;

    private readonly EntropyPool _pool;
    private readonly byte[] _bytes = new byte[RequestBytes];
    private SplitQueue? _queue;
    private DmaRegion? _buffer;
    private bool _isAnswered;

    private EntropyDevice(VirtioTransport transport, DmaMemory memory, EntropyPool pool, KernelLog log)
        : base(transport, memory, log) =>
        _pool = pool;

    /// <summary>Starts the device and asks for the first bytes. Null when it cannot be driven; the log says why.</summary>
    public static EntropyDevice? TryStart(VirtioTransport transport, DmaMemory memory, EntropyPool pool, KernelLog log)
    {
        EntropyDevice device = new(transport, memory, pool, log);
        return device.TryStart() ? device : null;
    }

    /// <summary>Waits for the first bytes. False when none came by the deadline or the device was given up.</summary>
    public bool WaitForBytes(Instant deadline)
    {
        while (!_isAnswered && !IsBroken && Clock.Now < deadline)
        {
            _ = Service();
        }

        return _isAnswered;
    }

    protected override bool Service()
    {
        TakeResult result = _queue!.TryTake(out _, out int length);
        if (result == TakeResult.Broken)
        {
            GiveUp("broke the protocol of its queue");
        }
        else if (result == TakeResult.Taken && length > 0)
        {
            Span<byte> bytes = _bytes.AsSpan(0, length);
            _buffer!.Read(0, bytes);
            _pool.Mix(bytes);
            _isAnswered = true;
        }

        return result != TakeResult.Nothing;
    }

    protected override void OnGivenUp()
    {
    }

    private bool TryStart()
    {
        // The ring leaves most of its page free, but the buffer has one of its own: the ring is not to be written by a device in the name of data.
        if (!TryNegotiate(0, out _) || !TryAddQueue(0, 1, out _queue) || !Memory.TryAllocate(RequestBytes, out _buffer))
        {
            return false;
        }

        GoLive();
        _queue!.TryOffer(_buffer!, 0, RequestBytes, DeviceAccess.Write, out _);
        Publish(_queue, 0);
        return true;
    }
}

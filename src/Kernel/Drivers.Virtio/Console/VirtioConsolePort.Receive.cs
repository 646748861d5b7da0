using System;
using Mote.Machine;

namespace Mote.Kernel.Drivers.Virtio;

// From the host. A buffer belongs to the token with which it is offered; what has arrived waits in order in _pending.
public sealed partial class VirtioConsolePort
{
    internal const int ReceiveQueueSize = 4;
    private const int BufferBytes = 4096;

    private readonly record struct Arrival(int Buffer, int Length);

    private readonly SplitQueue _receive;
    private readonly int _receiveIndex;
    private readonly Arrival[] _pending;
    private readonly int[] _bufferOf = new int[ReceiveQueueSize];
    private DmaRegion? _arrivals;
    private int _firstPending;
    private int _pendingCount;
    private int _firstOffset;

    public override bool IsReadable
    {
        get
        {
            TakeArrivals();
            return _pendingCount > 0;
        }
    }

    public override bool IsEndOfInput
    {
        get
        {
            if (_isHostClosed || IsBroken)
            {
                TakeArrivals();
                return _pendingCount == 0;
            }

            return false;
        }
    }

    public override int Read(Span<byte> destination)
    {
        TakeArrivals();
        int done = 0;
        bool isReturned = false;
        while (done < destination.Length && _pendingCount > 0)
        {
            Arrival first = _pending[_firstPending];
            int count = Math.Min(first.Length - _firstOffset, destination.Length - done);
            _arrivals!.Read((first.Buffer * BufferBytes) + _firstOffset, destination.Slice(done, count));
            done += count;
            _firstOffset += count;
            if (_firstOffset == first.Length)
            {
                _firstOffset = 0;
                _firstPending = (_firstPending + 1) % _pending.Length;
                _pendingCount--;
                Offer(first.Buffer);
                isReturned = true;
            }
        }

        if (isReturned && !IsBroken)
        {
            _device.Publish(_receive, _receiveIndex);
        }

        return done;
    }

    private bool TryPostBuffers()
    {
        if (!_device.TryAllocate(_receive.Size * BufferBytes, out _arrivals))
        {
            return false;
        }

        for (int i = 0; i < _receive.Size; i++)
        {
            Offer(i);
        }

        _device.Publish(_receive, _receiveIndex);
        return true;
    }

    private void Offer(int buffer)
    {
        int token = _receive.NextToken;
        _receive.TryOffer(_arrivals!, buffer * BufferBytes, BufferBytes, DeviceAccess.Write, out _);
        _bufferOf[token] = buffer;
    }

    /// <summary>True when something came.</summary>
    private bool TakeArrivals()
    {
        bool any = false;
        if (_arrivals == null)
        {
            return false;
        }

        do
        {
            while (!IsBroken)
            {
                TakeResult result = _receive.TryTake(out int token, out int length);
                if (result == TakeResult.Nothing)
                {
                    break;
                }

                if (result == TakeResult.Broken)
                {
                    _device.GiveUp("broke the protocol of a receive queue");
                    return any;
                }

                if (length == 0)
                {
                    Offer(_bufferOf[token]);
                    continue;
                }

                _pending[(_firstPending + _pendingCount++) % _pending.Length] = new Arrival(_bufferOf[token], length);
                any = true;
            }
        }
        while (!IsBroken && _receive.EnableInterrupts());
        return any;
    }
}

using System;
using Mote.Machine;

namespace Mote.Kernel.Drivers.Virtio;

// To the host. Bytes are copied into a ring of shared memory and offered where they lie, a write as one or two buffers; the ring's space is free again
// in the order of the writes, whatever the order in which the device gives the buffers back.
public sealed partial class VirtioConsolePort
{
    internal const int SendQueueSize = 32;
    private const int RingBytes = 32 * 1024;

    private readonly SplitQueue _send;
    private readonly int _sendIndex;

    // Writes in flight or not yet freed, the oldest at _firstSent; a token leads to the write's place.
    private readonly int[] _sentLengths = new int[SendQueueSize];
    private readonly bool[] _isBack = new bool[SendQueueSize];
    private readonly int[] _placeOf = new int[SendQueueSize];
    private DmaRegion? _ring;
    private int _firstSent;
    private int _sentCount;
    private int _head;
    private int _used;

    public override bool IsWritable
    {
        get
        {
            if (IsBroken || HasRoom)
            {
                return true;
            }

            WaitForRoom();
            return IsBroken || HasRoom;
        }
    }

    private bool HasRoom => _used < RingBytes && _sentCount < SendQueueSize && _send.FreeCount > 0;

    public override int Write(ReadOnlySpan<byte> source)
    {
        int done = 0;
        while (done < source.Length && TryReserve(source.Length - done, out int offset, out int count))
        {
            _ring!.Write(offset, source.Slice(done, count));
            Offer(offset, count);
            done += count;
        }

        Flush();
        return done;
    }

    public override bool Drain(Instant deadline)
    {
        if (!deadline.IsNever)
        {
            Clock.Arm(deadline);
        }

        while (!IsBroken)
        {
            TakeSent();
            if (_sentCount == 0)
            {
                return true;
            }

            if (_send.EnableInterrupts())
            {
                continue;
            }

            if (Clock.Now >= deadline)
            {
                return false;
            }

            Interrupts.WaitForAny();
            Interrupts.Dispatch();
        }

        return false;
    }

    /// <summary>A piece of the ring that can be filled now, at most <paramref name="wanted"/> bytes. False when there is none.</summary>
    private bool TryReserve(int wanted, out int offset, out int count)
    {
        offset = _head;
        count = 0;
        if (IsBroken || (_ring == null && !TryMakeRing()))
        {
            return false;
        }

        if (!HasRoom)
        {
            Flush();
            if (!HasRoom)
            {
                WaitForRoom();
            }

            if (IsBroken || !HasRoom)
            {
                return false;
            }
        }

        count = Math.Min(wanted, Math.Min(RingBytes - _used, RingBytes - _head));
        return true;
    }

    [MayAllocate("at the first write to a port")]
    private bool TryMakeRing() => _device.TryAllocate(RingBytes, out _ring);

    private void Offer(int offset, int count)
    {
        _send.TryOffer(_ring!, offset, count, DeviceAccess.Read, out int token);
        int place = (_firstSent + _sentCount++) % SendQueueSize;
        _placeOf[token] = place;
        _sentLengths[place] = count;
        _head = (_head + count) % RingBytes;
        _used += count;
    }

    /// <summary>Shows the device what was offered. Many devices have taken it when the kick returns.</summary>
    private void Flush()
    {
        _device.Publish(_send, _sendIndex);
        TakeSent();
    }

    /// <summary>Asks for an interrupt when something comes back, unless that is so already.</summary>
    private void WaitForRoom()
    {
        while (!IsBroken && !HasRoom && _send.EnableInterrupts())
        {
            TakeSent();
        }

        if (HasRoom)
        {
            _send.DisableInterrupts();
        }
    }

    /// <summary>True when space became free.</summary>
    private bool TakeSent()
    {
        bool any = false;
        while (!IsBroken)
        {
            TakeResult result = _send.TryTake(out int token, out _);
            if (result == TakeResult.Nothing)
            {
                break;
            }

            if (result == TakeResult.Broken)
            {
                _device.GiveUp("broke the protocol of a send queue");
                break;
            }

            _isBack[_placeOf[token]] = true;
            while (_sentCount > 0 && _isBack[_firstSent])
            {
                _isBack[_firstSent] = false;
                _used -= _sentLengths[_firstSent];
                _firstSent = (_firstSent + 1) % SendQueueSize;
                _sentCount--;
                any = true;
            }
        }

        return any;
    }
}

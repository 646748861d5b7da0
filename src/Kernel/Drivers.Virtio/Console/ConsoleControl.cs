using System;
using System.Buffers.Binary;
using Mote.Machine;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>The console's control queues: small messages of (port, event, value) in both directions, the device's with a name behind (VIRTIO 1.2, 5.3.6.2).</summary>
internal sealed class ConsoleControl
{
    internal const int QueueSize = 32;
    internal const int ReceiveQueue = 2;
    internal const int SendQueue = 3;

    private const int HeaderBytes = 8;
    private const int SlotBytes = 64;

    private readonly ConsoleDevice _device;
    private readonly SplitQueue _receive;
    private readonly SplitQueue _send;
    private readonly DmaRegion _slots;
    private readonly byte[] _message = new byte[SlotBytes];

    internal ConsoleControl(ConsoleDevice device, SplitQueue receive, SplitQueue send, DmaRegion slots)
    {
        _device = device;
        _receive = receive;
        _send = send;
        _slots = slots;
        _send.DisableInterrupts();
        for (int i = 0; i < receive.Size; i++)
        {
            Offer();
        }
    }

    /// <summary>A slot for each entry of both queues, the receiving one's first.</summary>
    internal static int SlotsBytes => 2 * QueueSize * SlotBytes;

    /// <summary>Lets the device have the receive buffers; once it is live.</summary>
    internal void Start() => _device.Publish(_receive, ReceiveQueue);

    /// <summary>Queues a message; <see cref="Flush"/> sends it.</summary>
    internal void Send(uint port, ConsoleEvent message, ushort value)
    {
        TakeSent();
        if (_send.FreeCount == 0)
        {
            // A device that lets this many messages lie answers none of them.
            _device.GiveUp("does not take control messages");
            return;
        }

        Span<byte> bytes = stackalloc byte[HeaderBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, port);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], (ushort)message);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], value);
        int slot = (QueueSize + _send.NextToken) * SlotBytes;
        _slots.Write(slot, bytes);
        _send.TryOffer(_slots, slot, HeaderBytes, DeviceAccess.Read, out _);
    }

    /// <summary>Sends what is queued, with at most one kick.</summary>
    internal void Flush() => _device.Publish(_send, SendQueue);

    /// <summary>Handles the messages that have come.</summary>
    internal void Service()
    {
        do
        {
            while (!_device.IsBroken)
            {
                TakeResult result = _receive.TryTake(out int token, out int length);
                if (result == TakeResult.Nothing)
                {
                    break;
                }

                if (result == TakeResult.Broken || length < HeaderBytes)
                {
                    _device.GiveUp("broke the protocol of the control queue");
                    return;
                }

                // One copy: the device could change the message while it is looked at.
                Span<byte> message = _message.AsSpan(0, length);
                _slots.Read(token * SlotBytes, message);
                Offer();
                _device.OnControl(
                    BinaryPrimitives.ReadUInt32LittleEndian(message),
                    (ConsoleEvent)BinaryPrimitives.ReadUInt16LittleEndian(message[4..]),
                    BinaryPrimitives.ReadUInt16LittleEndian(message[6..]),
                    message[HeaderBytes..]);
            }

            _device.Publish(_receive, ReceiveQueue);
            Flush();
        }
        while (!_device.IsBroken && _receive.EnableInterrupts());
    }

    /// <summary>Gives the device the receive slot of the next token.</summary>
    private void Offer()
    {
        int slot = _receive.NextToken * SlotBytes;
        _receive.TryOffer(_slots, slot, SlotBytes, DeviceAccess.Write, out _);
    }

    private void TakeSent()
    {
        TakeResult result;
        while ((result = _send.TryTake(out _, out _)) == TakeResult.Taken)
        {
        }

        if (result == TakeResult.Broken)
        {
            _device.GiveUp("broke the protocol of the control queue");
        }
    }
}

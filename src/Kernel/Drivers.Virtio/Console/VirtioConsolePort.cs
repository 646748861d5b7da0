using System;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>One port of a console: a byte stream to and from the host. This part is its life; the others are the two directions.</summary>
public sealed partial class VirtioConsolePort : ConsolePort
{
    private const int MaxNameBytes = 48;

    private readonly ConsoleDevice _device;
    private readonly uint _id;
    private readonly byte[] _name = new byte[MaxNameBytes];
    private int _nameLength;
    private bool _isAdded;
    private bool _isOpen;
    private bool _isHostClosed;

    internal VirtioConsolePort(ConsoleDevice device, uint id, SplitQueue receive, int receiveIndex, SplitQueue send, int sendIndex)
    {
        _device = device;
        _id = id;
        _receive = receive;
        _receiveIndex = receiveIndex;
        _send = send;
        _sendIndex = sendIndex;
        _pending = new Arrival[receive.Size];
        send.DisableInterrupts();
    }

    public override bool IsBroken => _device.IsBroken;

    internal bool IsNamed(ReadOnlySpan<byte> name) => _nameLength > 0 && name.SequenceEqual(_name.AsSpan(0, _nameLength));

    /// <summary>False when it has been added before.</summary>
    internal bool TryAdd()
    {
        bool isNew = !_isAdded;
        _isAdded = true;
        return isNew;
    }

    /// <summary>The first name counts. It may end with a NUL (QEMU adds one, the specification does not).</summary>
    internal void SetName(ReadOnlySpan<byte> name)
    {
        int end = name.IndexOf((byte)0);
        name = end < 0 ? name : name[..end];
        if (_nameLength == 0 && name.Length <= MaxNameBytes)
        {
            name.CopyTo(_name);
            _nameLength = name.Length;
        }
    }

    internal void OnHostOpen(bool isOpen)
    {
        _isHostClosed = !isOpen;
        if (_isHostClosed)
        {
            Readiness.WakeAll(Readable | HungUp);
        }
    }

    /// <summary>False when there is no memory for its buffers.</summary>
    internal bool TryOpen(PortUse use)
    {
        if (!_isOpen)
        {
            _isOpen = true;
            _device.SendControl(_id, ConsoleEvent.PortOpen, 1);
        }

        // In this order: QEMU looks at the host's side again when buffers come, not when the port is opened.
        return use == PortUse.Output || _arrivals != null || TryPostBuffers();
    }

    /// <summary>Takes what the device has given back, and tells the waiting.</summary>
    internal void Service()
    {
        if (!_isOpen)
        {
            return;
        }

        uint events = 0;
        if (TakeArrivals())
        {
            events |= Readable;
        }

        if (TakeSent())
        {
            events |= Writable;
        }

        if (events != 0)
        {
            Readiness.WakeAll(events);
        }
    }

    internal void OnGivenUp() => Readiness.WakeAll(Readable | Writable | HungUp);
}

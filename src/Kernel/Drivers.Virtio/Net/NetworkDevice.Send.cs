using System;
using System.Runtime.CompilerServices;
using Mote.Kernel.Net.Stack;
using Mote.Machine;

namespace Mote.Kernel.Drivers.Virtio;

// Packets to the device: the virtio header in the packet's own header room, then its parts as they lie.
public sealed partial class NetworkDevice
{
    /// <summary>Parts of one packet: 64 KB in pages, and as much again for what programs wrote in small pieces.</summary>
    private const int MostParts = 48;

    /// <summary>Parts of packets that may have left before the next packet looks for them: several are taken back for little more than one.</summary>
    private const int SentKept = 64;

    private readonly PacketBuffer?[] _sendPackets = new PacketBuffer?[QueueSize];
    private readonly QueuePart[] _sendParts = new QueuePart[MostParts];
    private bool _isSendStopped;

    /// <summary><see cref="NetDevice.TrySend"/>.</summary>
    [AllocationFree]
    internal bool TrySend(PacketBuffer packet)
    {
        if (IsBroken)
        {
            packet.Release(); // as into a cable that nobody has plugged in
            return true;
        }

        if (_send!.InFlightCount >= SentKept)
        {
            TakeSent();
        }

        PrependHeader(packet);
        int count = 0;
        foreach (PacketPart part in packet)
        {
            if (count == MostParts)
            {
                packet.TrimFront(PacketHeader.Bytes);
                return TrySendCopy(packet);
            }

            _sendParts[count++] = new QueuePart(_stack.Pool.FrameOf(part.Page), part.Offset, part.Length, DeviceAccess.Read);
        }

        if (_send!.FreeCount < count && !WaitForRoom(count))
        {
            packet.TrimFront(PacketHeader.Bytes);
            return false;
        }

        _ = _send.TryOffer(_sendParts.AsSpan(0, count), out int token); // there is room: it was looked at
        _sendPackets[token] = packet;
        return true;
    }

    /// <summary><see cref="NetDevice.Flush"/>.</summary>
    [AllocationFree]
    internal void Flush()
    {
        if (!IsBroken)
        {
            Publish(_send!, SendQueue);
        }
    }

    /// <summary><see cref="NetDevice.CountUnsent"/>: parts of packets in the queue.</summary>
    internal int CountUnsent()
    {
        TakeSent();
        return IsBroken ? 0 : _send!.InFlightCount;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PrependHeader(PacketBuffer packet)
    {
        if (packet.Checksum != ChecksumState.Partial && packet.Gso == GsoKind.None)
        {
            packet.PrependZeros(PacketHeader.Bytes); // nothing for the device to do
            return;
        }

        Span<byte> header = stackalloc byte[PacketHeader.Bytes];
        PacketHeader.Write(header, packet);
        packet.Prepend(header);
    }

    /// <summary>Gives back packets that have left; also <see cref="NetDevice.ReleaseSent"/>.</summary>
    [AllocationFree]
    internal void TakeSent()
    {
        while (!IsBroken)
        {
            TakeResult result = _send!.TryTake(out int token, out _);
            if (result == TakeResult.Nothing)
            {
                return;
            }

            if (result == TakeResult.Broken)
            {
                GiveUp("broke the protocol of its send queue");
                return;
            }

            PacketBuffer packet = _sendPackets[token]!;
            _sendPackets[token] = null;
            packet.Release();
        }
    }

    /// <summary>The queue is full: the device is to say when it is not. True when there is room already.</summary>
    private bool WaitForRoom(int count)
    {
        Publish(_send!, SendQueue);
        if (_send!.EnableInterrupts())
        {
            TakeSent();
        }

        _isSendStopped = _send.FreeCount < count;
        if (!_isSendStopped)
        {
            _send.DisableInterrupts();
        }

        return !_isSendStopped;
    }

    /// <summary>Sends a packet of too many parts as a copy in whole pages. It is lost when there is no memory, as packets may be.</summary>
    private bool TrySendCopy(PacketBuffer packet)
    {
        if (!_stack.Pool.TryTakePacket(out PacketBuffer copy))
        {
            packet.Release();
            return true;
        }

        Span<byte> bytes = stackalloc byte[512];
        int at = 0;
        bool isWhole = true;
        while (isWhole && at < packet.Length)
        {
            int count = packet.Read(at, bytes);
            isWhole = copy.TryWrite(bytes[..count]);
            at += count;
        }

        copy.Checksum = packet.Checksum;
        copy.ChecksumStart = packet.ChecksumStart;
        copy.ChecksumOffset = packet.ChecksumOffset;
        copy.Gso = packet.Gso;
        copy.GsoSize = packet.GsoSize;
        copy.GsoHeaderLength = packet.GsoHeaderLength;
        bool isTaken = !isWhole || TrySend(copy);
        if (isTaken)
        {
            packet.Release();
        }

        if (!isWhole || !isTaken)
        {
            copy.Release();
        }

        return isTaken;
    }
}

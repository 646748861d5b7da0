using System;
using System.Runtime.CompilerServices;
using Mote.Kernel.Net.Stack;
using Mote.Machine;

namespace Mote.Kernel.Drivers.Virtio;

// Packets from the device. Every buffer is a page of the pool; the queue always has as many as at the start, for a packet is only taken when there is a page in its place.
public sealed partial class NetworkDevice
{
    private readonly int[] _receivePages = new int[QueueSize];

    /// <summary>The beginning of the packet that is being received, read once: virtio header, then what the stack looks at.</summary>
    private readonly byte[] _head = new byte[PacketHeader.Bytes + NetStack.HeadBytes];

    /// <summary>True when there was something in the queue.</summary>
    [AllocationFree]
    private bool ReceiveBurst(Instant now)
    {
        SplitQueue queue = _receive!;
        int taken = 0;
        bool isMore = true;
        queue.DisableInterrupts();
        while (isMore && !IsBroken)
        {
            TakeResult result = queue.TryTake(out int token, out int length);
            switch (result)
            {
                case TakeResult.Taken:
                    ReceivePacket(token, length, now);
                    isMore = ++taken < Burst;
                    break;
                case TakeResult.Nothing:
                    // Looked at once more after asking for interrupts: what came in between raises none.
                    isMore = queue.EnableInterrupts();
                    break;
                default:
                    GiveUp("broke the protocol of its receive queue");
                    break;
            }
        }

        if (IsBroken)
        {
            return true;
        }

        if (taken > 0)
        {
            Publish(queue, ReceiveQueue);
            _stack.EndReceive(now);
        }

        if (taken == Burst)
        {
            queue.DisableInterrupts();
            _pollTimer.Arm(now);
        }

        return taken > 0;
    }

    /// <summary>Takes a packet whose first buffer has come, with its other buffers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ReceivePacket(int token, int length, Instant now)
    {
        int page = _receivePages[token];
        if (length < PacketHeader.Bytes)
        {
            GiveUp("gave a packet without its header");
            return;
        }

        Span<byte> head = _head.AsSpan(0, Math.Min(length, _head.Length));
        _stack.Pool.FrameOf(page).Read(0, head);
        PacketHeader header = PacketHeader.Read(head);
        int buffers = Merges ? header.BufferCount : 1;
        if (buffers is < 1 or > QueueSize)
        {
            GiveUp("gave a packet in a number of buffers that cannot be");
            return;
        }

        bool hasPacket = _stack.Pool.TryTakePacket(out PacketBuffer packet);
        bool isWhole = length - PacketHeader.Bytes <= PacketBuffer.HeaderRoom ? TryCopy(hasPacket ? packet : null, token, head[PacketHeader.Bytes..]) : TryTake(hasPacket ? packet : null, page, PacketHeader.Bytes, length - PacketHeader.Bytes);
        for (int i = 1; i < buffers; i++)
        {
            if (_receive!.TryTake(out token, out length) != TakeResult.Taken)
            {
                GiveUp("gave a packet without all of its buffers");
                break;
            }

            // The buffers of a packet that is lost are taken all the same, and offered again.
            isWhole = TryTake(isWhole ? packet : null, _receivePages[token], 0, length);
        }

        if (IsBroken || !isWhole || !TryDescribe(packet, header))
        {
            if (hasPacket)
            {
                packet.Release();
            }

            return;
        }

        if (buffers == 1)
        {
            _stack.Receive(_card, packet, head[PacketHeader.Bytes..], now);
        }
        else
        {
            _stack.Receive(_card, packet, now);
        }
    }

    /// <summary>Copies a small packet's bytes, and offers the buffer again as it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryCopy(PacketBuffer? packet, int token, ReadOnlySpan<byte> bytes)
    {
        packet?.Prepend(bytes);
        _receive!.OfferAgain(token);
        return packet != null;
    }

    /// <summary>
    /// Adds a buffer's bytes to the packet: the page goes with them, when there is another for the queue. False, also without a packet: the packet is lost, and the page back in the
    /// queue.
    /// </summary>
    private bool TryTake(PacketBuffer? packet, int page, int offset, int length)
    {
        PacketPool pool = _stack.Pool;
        if (packet == null || !pool.TryTakeDevicePage(out int next))
        {
            Offer(page);
            return false;
        }

        if (!packet.TryAppend(new PacketPart(page, offset, length)))
        {
            pool.ReleasePage(next);
            Offer(page);
            return false;
        }

        Offer(next);
        return true;
    }

    /// <summary>Puts a page into the queue, where there is room for it: it comes in place of another.</summary>
    private void Offer(int page)
    {
        if (_receive!.TryOffer(_stack.Pool.FrameOf(page), 0, PageSize.Bytes, DeviceAccess.Write, out int token))
        {
            _receivePages[token] = page;
        }
    }

    /// <summary>Notes what the device says of the packet. False for what cannot be true of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryDescribe(PacketBuffer packet, in PacketHeader header)
    {
        if (packet.Length == 0 || !header.IsKnown || (header.Gso != GsoKind.None && header.GsoSize == 0))
        {
            return false;
        }

        if (header.Checksum == ChecksumState.Partial && header.ChecksumStart + header.ChecksumOffset + sizeof(ushort) > packet.Length)
        {
            return false;
        }

        packet.Checksum = header.Checksum;
        packet.ChecksumStart = header.ChecksumStart;
        packet.ChecksumOffset = header.ChecksumOffset;
        packet.Gso = header.Gso;
        packet.GsoSize = header.GsoSize;
        return true;
    }

    private bool TryFillReceive()
    {
        for (int i = 0; i < _receive!.Size; i++)
        {
            if (!_stack.Pool.TryTakeDevicePage(out int page))
            {
                return false;
            }

            Offer(page);
        }

        return true;
    }
}

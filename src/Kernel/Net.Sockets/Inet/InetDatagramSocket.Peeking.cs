using System;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

// SO_PEEK_OFF: MSG_PEEK goes on where the last one ended, over datagrams too (socket(7)).
internal sealed partial class InetDatagramSocket
{
    private Result<long> PeekFurther(ref DataSink data, ref IncomingMessage message)
    {
        Instant deadline = DeadlineOf(ReceiveTimeoutNs);
        while (true)
        {
            int offset = Math.Max(PeekOffset, 0);
            PacketBuffer? packet = _endpoint.Peek();
            while (packet != null && offset >= packet.Length && offset > 0)
            {
                offset -= packet.Length;
                packet = DatagramEndpoint.After(packet);
            }

            if (packet != null)
            {
                return PeekAt(packet, offset, ref data, ref message);
            }

            Errno error = MustNotWait(message.Flags) ? Errno.EAGAIN : WaitAt(Readiness, deadline);
            if (error != Errno.None)
            {
                return error;
            }
        }
    }

    private Result<long> PeekAt(PacketBuffer packet, int offset, ref DataSink data, ref IncomingMessage message)
    {
        int left = packet.Length - offset;
        int wanted = (int)Math.Min((ulong)left, data.Remaining);
        bool isCut = data.Remaining <= (ulong)left && data.Remaining < (ulong)packet.Length; // as udp_recvmsg has it
        int skipped = offset;
        int done = 0;
        foreach (PacketPart part in packet)
        {
            int from = Math.Min(skipped, part.Length);
            skipped -= from;
            int chunk = Math.Min(part.Length - from, wanted - done);
            int copied = chunk == 0 ? 0 : data.Write(Stack.Pool.FrameOf(part.Page), part.Offset + from, chunk);
            done += copied;
            if (copied < chunk)
            {
                return Errno.EFAULT;
            }
        }

        if (!message.Name.IsEmpty)
        {
            Span<byte> name = stackalloc byte[InetAddress.V6Bytes];
            message.SetName(name[..InetAddress.Write(name, Family, DatagramEndpoint.SourceOf(packet))]);
        }

        AddControl(packet, ref message);
        message.Received |= isCut ? MessageFlags.Truncated : MessageFlags.None;
        long result = (message.Flags & MessageFlags.Truncated) != 0 ? packet.Length : done;
        MovePeekOffset((int)result);
        return result;
    }
}

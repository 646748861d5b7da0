using System.Runtime.CompilerServices;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

// Urgent data at recv(2): tcp_recv_urg and the mark in tcp_recvmsg_locked of net/ipv4/tcp.c.
internal sealed partial class InetStreamSocket
{
    /// <summary>MSG_OOB: the urgent byte apart from the stream; never waits.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Result<long> ReceiveUrgent(ref DataSink data, ref IncomingMessage message)
    {
        NetError state = _connection.TakeUrgent((message.Flags & MessageFlags.Peek) != 0, out byte? urgent);
        if (urgent is not { } value)
        {
            return state == NetError.None ? 0 : state.ToErrno();
        }

        message.Received |= MessageFlags.OutOfBand;
        if (data.Remaining == 0)
        {
            message.Received |= MessageFlags.Truncated;
            return 0;
        }

        return (message.Flags & MessageFlags.Truncated) != 0 || data.Write([value]) == 1 ? 1 : Errno.EFAULT;
    }

    /// <summary>
    /// Looks at the mark before bytes are read. What was read so far ends at it; a read that begins at it passes over the urgent byte, unless that stays in the stream.
    /// <paramref name="limit"/> is how far it is to the mark.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool IsStoppedByMark(long done, bool isPeeking, ref int at, out int limit)
    {
        limit = _connection.ToMark(at);
        if (limit > 0)
        {
            return false;
        }

        if (done > 0)
        {
            return true;
        }

        limit = int.MaxValue;
        if (!_connection.Settings.IsUrgentInline && at < _connection.Available)
        {
            if (isPeeking)
            {
                at++;
            }
            else
            {
                _connection.CommitReceive(1, Clock.Now);
            }
        }

        return false;
    }
}

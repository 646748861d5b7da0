using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Stack;
using Mote.Machine;

namespace Mote.Kernel.Net.Sockets;

// What sendmsg(2) and recvmsg(2) have beside the bytes: times, the rest that can be read, MSG_ZEROCOPY.
internal sealed partial class InetStreamSocket
{
    protected override bool HasZeroCopy => true;

    /// <summary>Bytes are counted from the first that is not acknowledged; before there is a connection there is none.</summary>
    private protected override Errno StartTimestampKeys()
    {
        if (IsFresh)
        {
            return Errno.EINVAL;
        }

        TimestampKey = _connection.FirstUnacknowledged;
        return Errno.None;
    }

    private protected override void OnTimestampingSet()
    {
        if (_listener == null && (Timestamping & TimestampFlags.AnySend) != 0)
        {
            _connection.KeepStamps();
        }
    }

    /// <summary>A message is queued and goes next.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void NoteMessage(ref OutgoingMessage message)
    {
        SendStamps stamps = WantedStamps(message.Control.IsEmpty ? null : DatagramControl.StampFlagsOf(message.Control));
        if (stamps != SendStamps.None)
        {
            uint key = (Timestamping & TimestampFlags.Identified) != 0 ? unchecked(_connection.EndOfQueue - 1 - TimestampKey) : 0;
            _connection.MarkMessage(stamps, key);
        }

        if (TakesZeroCopy(message.Flags))
        {
            ReportCopied();
        }
    }

    /// <summary>SO_TIMESTAMP and its kin tell when the last of the data came; TCP_INQ how much is left.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddControl(ref IncomingMessage message)
    {
        AddTimeStamps(_connection.LastDataAt, isSent: false, ref message);
        if (_tellsRest)
        {
            // The end of the stream counts, so that a program need not ask again (tcp_inq_hint).
            int rest = _connection.Available;
            Span<byte> bytes = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, rest == 0 && _connection.HasEnded ? 1 : rest);
            message.AddControl(SocketLevel.Tcp, (int)TcpOption.RestInControl, bytes);
        }
    }

    /// <summary>recv(2) of no bytes waits for data as any other.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Result<long> ReceiveNothing(ref IncomingMessage message)
    {
        Instant deadline = DeadlineOf(ReceiveTimeoutNs);
        while (true)
        {
            NetError state = _connection.PeekReceive(0, out _);
            if (state != NetError.WouldBlock || MustNotWait(message.Flags))
            {
                return state == NetError.None ? 0 : state.ToErrno();
            }

            Errno error = WaitAt(Readiness, deadline);
            if (error != Errno.None)
            {
                return error;
            }
        }
    }
}

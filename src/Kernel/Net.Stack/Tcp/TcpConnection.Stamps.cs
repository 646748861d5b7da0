using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

// SO_TIMESTAMPING of a stream: when the last byte of a message was first sent, and when it was acknowledged. Entries have no data.
public sealed partial class TcpConnection
{
    private SentMarks? _stamps; // null until the program asks for times

    private protected override int ReportLimit => Settings.ReceiveBuffer;

    /// <summary>The number of the first byte that is not acknowledged, from which bytes are counted (SOF_TIMESTAMPING_OPT_ID).</summary>
    public uint FirstUnacknowledged => _sendUnacknowledged.Value;

    /// <summary>The number behind the last byte that was queued.</summary>
    public uint EndOfQueue => QueueEnd.Value;

    /// <summary>The program asks for times of sending.</summary>
    public void KeepStamps() => _stamps ??= new SentMarks();

    /// <summary>A message has been queued up to here; <see cref="Push"/> follows.</summary>
    [AllocationFree]
    public void MarkMessage(SendStamps stamps, uint key) => _stamps?.Add(QueueEnd, stamps, key);

    private void TellSent()
    {
        while (_stamps!.TakeSent(_sendNext, out SendStamps stamps, out uint key))
        {
            if ((stamps & SendStamps.Scheduled) != 0)
            {
                Tell(SendStamp.Scheduled, key);
            }

            if ((stamps & SendStamps.Sent) != 0)
            {
                Tell(SendStamp.Sent, key);
            }
        }
    }

    private void TellAcknowledged()
    {
        while (_stamps!.TakeAcknowledged(_sendUnacknowledged, out uint key))
        {
            Tell(SendStamp.Acknowledged, key);
        }
    }

    private void Tell(uint which, uint key)
    {
        if (Stack.Pool.TryTakePacket(out PacketBuffer empty))
        {
            AddReport(new ErrorReport { Origin = ErrorOrigin.Timestamping, Info = which, Data = key }, empty, Now);
        }
    }
}

using Mote.Machine;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>The control queue (VIRTIO 1.2, 5.1.6.5): says at the start what is to be received. Answers are waited for.</summary>
internal sealed class NetworkControl
{
    private const int QueueIndex = 2;
    private const int QueueSize = 4;
    private const int CommandBytes = 3;
    private const int AnswerOffset = 64;
    private const byte ReceiveClass = 0;
    private const byte Promiscuous = 0;
    private const byte AllGroups = 1;
    private const byte NoAnswer = 0xff;
    private const ulong PatienceNs = 1_000_000_000;

    private readonly NetworkDevice _device;
    private readonly SplitQueue _queue;
    private readonly DmaRegion _memory;

    private NetworkControl(NetworkDevice device, SplitQueue queue, DmaRegion memory)
    {
        _device = device;
        _queue = queue;
        _memory = memory;
    }

    /// <summary>Sets up a queue of a device.</summary>
    public delegate bool QueueMaker(int index, int size, out SplitQueue? queue);

    public static bool TryCreate(NetworkDevice device, QueueMaker addQueue, DmaMemory memory, out NetworkControl? control)
    {
        control = null;
        if (!addQueue(QueueIndex, QueueSize, out SplitQueue? queue) || !memory.TryAllocate(PageSize.Bytes, out DmaRegion? region))
        {
            return false;
        }

        control = new NetworkControl(device, queue!, region!);
        return true;
    }

    /// <summary>Packets to the card's own address and to all groups, and no others: after a reset a device gives everything. False when it does not answer.</summary>
    public bool TryChooseReceived() => TrySend(AllGroups, on: 1) && TrySend(Promiscuous, on: 0);

    private bool TrySend(byte command, byte on)
    {
        _memory.Write(0, [ReceiveClass, command, on]);
        _memory.Write(AnswerOffset, [NoAnswer]);
        _ = _queue.TryOffer(
            _memory,
            [
                new QueuePart(default, 0, 2, DeviceAccess.Read),
                new QueuePart(default, 2, CommandBytes - 2, DeviceAccess.Read),
                new QueuePart(default, AnswerOffset, 1, DeviceAccess.Write),
            ],
            out _);
        _device.Publish(_queue, QueueIndex);
        Instant deadline = Clock.Now.Plus(PatienceNs);
        TakeResult result;
        do
        {
            result = _queue.TryTake(out _, out _);
        }
        while (result == TakeResult.Nothing && Clock.Now < deadline);

        // A device that refuses gives more than was asked for, which does no harm.
        return result == TakeResult.Taken;
    }
}

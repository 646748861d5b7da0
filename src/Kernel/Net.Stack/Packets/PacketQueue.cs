using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>Packets in order, strung together by their own links.</summary>
internal struct PacketQueue
{
    private PacketBuffer? _last;

    public PacketBuffer? First { get; private set; }

    public readonly PacketBuffer? Last => _last;

    public int Count { get; private set; }

    [AllocationFree]
    public void Add(PacketBuffer packet)
    {
        packet.Next = null;
        if (_last == null)
        {
            First = packet;
        }
        else
        {
            _last.Next = packet;
        }

        _last = packet;
        Count++;
    }

    [AllocationFree]
    public void AddFirst(PacketBuffer packet)
    {
        packet.Next = First;
        First = packet;
        _last ??= packet;
        Count++;
    }

    /// <summary>Takes the first packet, or null.</summary>
    [AllocationFree]
    public PacketBuffer? Take()
    {
        PacketBuffer? packet = First;
        if (packet == null)
        {
            return null;
        }

        First = packet.Next;
        if (First == null)
        {
            _last = null;
        }

        packet.Next = null;
        Count--;
        return packet;
    }

    [AllocationFree]
    public void Clear()
    {
        while (Take() is { } packet)
        {
            packet.Release();
        }
    }
}

using Mote.Kernel.Net.Wire;
using Mote.Machine;

namespace Mote.Kernel.Net.Stack;

/// <summary>Where messages of a stream end whose times of sending are to be told, in order. When too many wait the newest is not told.</summary>
internal sealed class SentMarks
{
    private const int Capacity = 64;

    private readonly (SeqNo End, SendStamps Stamps, uint Key)[] _marks = new (SeqNo, SendStamps, uint)[Capacity];
    private int _first;
    private int _count;
    private int _sent; // of the first so many it is told that they were sent

    [AllocationFree]
    public void Add(SeqNo end, SendStamps stamps, uint key)
    {
        if (_count < Capacity)
        {
            _marks[(_first + _count++) % Capacity] = (end, stamps, key);
        }
    }

    /// <summary>The next message that has been sent wholly.</summary>
    [AllocationFree]
    public bool TakeSent(SeqNo next, out SendStamps stamps, out uint key)
    {
        (SeqNo end, stamps, key) = _marks[(_first + _sent) % Capacity];
        if (_sent == _count || end > next)
        {
            return false;
        }

        _sent++;
        return true;
    }

    /// <summary>The next message that has been acknowledged wholly and that wants it told; what does not is passed over.</summary>
    [AllocationFree]
    public bool TakeAcknowledged(SeqNo acknowledged, out uint key)
    {
        key = 0;
        while (_sent > 0 && _marks[_first].End <= acknowledged)
        {
            bool isWanted = (_marks[_first].Stamps & SendStamps.Acknowledged) != 0;
            key = _marks[_first].Key;
            _first = (_first + 1) % Capacity;
            _count--;
            _sent--;
            if (isWanted)
            {
                return true;
            }
        }

        return false;
    }
}

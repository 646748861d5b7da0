namespace Mote.Kernel.Vfs;

/// <summary>
/// Where the packets of a pipe end (O_DIRECT of pipe2(2)): the lengths of its runs of bytes in order, each a packet or what was written without. As many as Linux has buffers, one for each
/// page of the pipe.
/// </summary>
internal sealed class PipePackets(int slots)
{
    private readonly int[] _lengths = new int[slots];
    private readonly bool[] _arePackets = new bool[slots];
    private int _first;
    private int _count;

    public bool IsEmpty => _count == 0;

    public int Slots => slots;

    /// <summary>Bytes that are left of the first run.</summary>
    public int FirstLength => _lengths[_first];

    public bool IsFirstPacket => _arePackets[_first];

    private int Last => (_first + _count - 1) % slots;

    /// <summary>Whether another run has a place: bytes without packet go on where such bytes end.</summary>
    public bool HasRoom(bool isPacket) => _count < slots || (!isPacket && !_arePackets[Last]);

    /// <summary>Adds a run; there is room (<see cref="HasRoom"/>).</summary>
    public void Add(int length, bool isPacket)
    {
        if (!isPacket && _count > 0 && !_arePackets[Last])
        {
            _lengths[Last] += length;
            return;
        }

        _count++;
        _lengths[Last] = length;
        _arePackets[Last] = isPacket;
    }

    /// <summary>Takes bytes from the front.</summary>
    public void Take(int length)
    {
        while (length > 0 && _count > 0)
        {
            int part = System.Math.Min(length, _lengths[_first]);
            _lengths[_first] -= part;
            length -= part;
            if (_lengths[_first] == 0)
            {
                _first = (_first + 1) % slots;
                _count--;
            }
        }
    }

    /// <summary>The same in a pipe of another size. Null when that has too few places.</summary>
    public PipePackets? Resized(int size)
    {
        if (_count > size)
        {
            return null;
        }

        PipePackets other = new(size);
        for (int i = 0; i < _count; i++)
        {
            int at = (_first + i) % slots;
            other.Add(_lengths[at], _arePackets[at]);
        }

        return other;
    }
}

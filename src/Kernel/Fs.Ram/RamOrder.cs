using System.Collections.Generic;
using Mote.Machine;

namespace Mote.Kernel.Fs.Ram;

/// <summary>
/// A directory's entries in the order in which they are read, so that reading can go on at a position whatever was made or removed meanwhile.
/// Removed ones stay as gaps until they are the greater part.
/// </summary>
internal sealed class RamOrder
{
    private readonly List<RamEntry> _entries = [];
    private ulong _lastPosition;

    /// <summary>All before this index are gaps.</summary>
    private int _start;

    public int Count { get; private set; }

    /// <summary>Whether there is memory for one more.</summary>
    public bool CanAdd => _entries.Count < _entries.Capacity || KernelHeap.CanAllocate(_entries.Count * 2L * sizeof(long));

    public ulong NextPosition => ++_lastPosition;

    public void Add(RamEntry entry)
    {
        _entries.Add(entry);
        Count++;
    }

    public void Remove(RamEntry entry)
    {
        entry.IsRemoved = true;
        Count--;
        if (_entries.Count > 32 && Count < _entries.Count / 2)
        {
            _entries.RemoveAll(static e => e.IsRemoved);
            _start = 0;
        }
    }

    /// <summary>The first entry behind a position, or null.</summary>
    public RamEntry? After(ulong position)
    {
        int low = _start;
        int high = _entries.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_entries[middle].Position <= position)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        bool isFirst = low == _start;
        while (low < _entries.Count && _entries[low].IsRemoved)
        {
            low++;
        }

        // Who removes what comes first, over and over, goes over each gap once.
        _start = isFirst ? low : _start;

        return low < _entries.Count ? _entries[low] : null;
    }
}

using System;
using System.Collections.Generic;
using Mote.Machine;

namespace Mote.Kernel.Fs.Ram;

/// <summary>A file's frames by page number, most of which may be missing: an array for the first pages, blocks for those far out.</summary>
internal sealed class RamPageMap
{
    private const int BlockShift = 9;
    private const int BlockPages = 1 << BlockShift;

    private Frame[] _first = [];
    private Dictionary<ulong, Frame[]>? _blocks;

    /// <summary>Pages that are there.</summary>
    public ulong Count { get; private set; }

    public Frame Find(ulong page)
    {
        if (page < (ulong)_first.Length)
        {
            return _first[page];
        }

        return _blocks != null && _blocks.TryGetValue(page >> BlockShift, out Frame[]? block)
            ? block[page & (BlockPages - 1)]
            : Frame.None;
    }

    /// <summary>Whether there is memory for what <see cref="Add"/> may need.</summary>
    public bool CanAdd(ulong page)
    {
        const int MostBytes = 3 * BlockPages * sizeof(uint);
        if (page < (ulong)_first.Length || (_blocks != null && _blocks.ContainsKey(page >> BlockShift)))
        {
            return true;
        }

        int growth = _blocks != null && _blocks.Count == _blocks.Capacity ? _blocks.Count * 64 : 0;
        return KernelHeap.CanAllocate(MostBytes + growth);
    }

    /// <summary>Sets a page that is missing.</summary>
    public void Add(ulong page, Frame frame)
    {
        Count++;
        if (page >= BlockPages)
        {
            _blocks ??= [];
            if (!_blocks.TryGetValue(page >> BlockShift, out Frame[]? block))
            {
                block = new Frame[BlockPages];
                _blocks.Add(page >> BlockShift, block);
            }

            block[page & (BlockPages - 1)] = frame;
            return;
        }

        if (page >= (ulong)_first.Length)
        {
            int length = Math.Max(4, _first.Length);
            while ((ulong)length <= page)
            {
                length *= 2;
            }

            Array.Resize(ref _first, length);
        }

        _first[page] = frame;
    }

    /// <summary>Takes a page out; none when it was missing.</summary>
    public Frame Remove(ulong page)
    {
        Frame frame = Find(page);
        if (frame.IsNone)
        {
            return frame;
        }

        Count--;
        if (page < (ulong)_first.Length)
        {
            _first[page] = Frame.None;
        }
        else
        {
            _blocks![page >> BlockShift][page & (BlockPages - 1)] = Frame.None;
        }

        return frame;
    }

    /// <summary>The first page that is there at or behind a page, or <see cref="ulong.MaxValue"/>.</summary>
    public ulong Next(ulong page)
    {
        for (ulong i = page; i < (ulong)_first.Length; i++)
        {
            if (!_first[i].IsNone)
            {
                return i;
            }
        }

        ulong best = ulong.MaxValue;
        if (_blocks == null)
        {
            return best;
        }

        foreach (KeyValuePair<ulong, Frame[]> block in _blocks)
        {
            ulong start = block.Key << BlockShift;
            if (start + BlockPages <= page || start >= best)
            {
                continue;
            }

            for (ulong i = Math.Max(start, page); i < start + BlockPages; i++)
            {
                if (!block.Value[i - start].IsNone)
                {
                    best = Math.Min(best, i);
                    break;
                }
            }
        }

        return best;
    }
}

using System;
using System.Buffers.Binary;

namespace Mote.Machine;

/// <summary>
/// The RAM of the machine: whole pages, in order, no address twice, however the loader's map is (struct hvm_memmap_table_entry of Xen's
/// start_info.h: entries may be empty, overlap,
/// lie in any order, or wrap). What is not RAM in one entry is not RAM, though another says so. Parts are taken out for what lies there
/// already.
/// </summary>
public sealed class MemoryLayout
{
    /// <summary>Length of an entry of the map.</summary>
    public const int EntryBytes = 24;

    /// <summary>More ranges than that are not kept: the smallest are left unused.</summary>
    private const int MaxRanges = 64;

    private const int SizeOffset = 8;
    private const int TypeOffset = 16;
    private const uint Ram = 1;

    private readonly MemoryRange[] _ranges = new MemoryRange[MaxRanges];
    private int _count;

    private MemoryLayout()
    {
    }

    /// <summary>The RAM, lowest addresses first. Neighbours do not touch.</summary>
    public ReadOnlySpan<MemoryRange> Ranges => _ranges.AsSpan(0, _count);

    /// <summary>The address after the last RAM; zero where there is none.</summary>
    public ulong End => _count == 0 ? 0 : _ranges[_count - 1].End;

    /// <summary>Bytes of RAM.</summary>
    public ulong Bytes
    {
        get
        {
            ulong sum = 0;
            foreach (MemoryRange range in Ranges)
            {
                sum += range.Bytes;
            }

            return sum;
        }
    }

    /// <summary>Ranges that were too many.</summary>
    public int Dropped { get; private set; }

    /// <summary>Reads a map; a part of an entry at its end is ignored. RAM at or above <paramref name="limit"/> is left out.</summary>
    public static MemoryLayout Read(ReadOnlySpan<byte> map, ulong limit)
    {
        MemoryLayout layout = new();
        for (ReadOnlySpan<byte> rest = map; rest.Length >= EntryBytes; rest = rest[EntryBytes..])
        {
            if (TypeOf(rest) == Ram)
            {
                layout.Add(RangeOf(rest));
            }
        }

        for (ReadOnlySpan<byte> rest = map; rest.Length >= EntryBytes; rest = rest[EntryBytes..])
        {
            if (TypeOf(rest) != Ram)
            {
                layout.Remove(RangeOf(rest));
            }
        }

        layout.Remove(new MemoryRange(limit, ulong.MaxValue));
        layout.TrimToPages();
        return layout;
    }

    /// <summary>Takes all pages out that a range touches.</summary>
    public void Remove(MemoryRange range)
    {
        if (range.Bytes == 0)
        {
            return;
        }

        ulong start = range.Start & ~(ulong)PageSize.Mask;
        ulong end = range.End > ulong.MaxValue - PageSize.Mask ? ulong.MaxValue : PageSize.RoundUp(range.End);
        for (int i = _count - 1; i >= 0; i--)
        {
            MemoryRange old = _ranges[i];
            if (old.Start >= end || old.End <= start)
            {
                continue;
            }

            DeleteAt(i);
            Insert(i, new MemoryRange(Math.Max(end, old.Start), old.End));
            Insert(i, new MemoryRange(old.Start, Math.Min(start, old.End)));
        }
    }

    /// <summary>
    /// Takes the lowest place of so many bytes, whole pages, that ends below a limit. Zero when there is none: RAM at address zero is never
    /// given.
    /// </summary>
    public ulong Take(ulong bytes, ulong limit)
    {
        ulong wanted = PageSize.RoundUp(bytes);
        for (int i = 0; i < _count; i++)
        {
            ulong start = Math.Max(_ranges[i].Start, PageSize.Bytes);
            if (start < _ranges[i].End && _ranges[i].End - start >= wanted && start < limit && limit - start >= wanted)
            {
                Remove(new MemoryRange(start, start + wanted));
                return start;
            }
        }

        return 0;
    }

    /// <summary>Whether all of a range is RAM.</summary>
    public bool Holds(MemoryRange range)
    {
        foreach (MemoryRange ram in Ranges)
        {
            if (ram.Start <= range.Start && range.End <= ram.End)
            {
                return true;
            }
        }

        return range.Bytes == 0;
    }

    private static uint TypeOf(ReadOnlySpan<byte> entry) => BinaryPrimitives.ReadUInt32LittleEndian(entry[TypeOffset..]);

    private static MemoryRange RangeOf(ReadOnlySpan<byte> entry) =>
        MemoryRange.Of(BinaryPrimitives.ReadUInt64LittleEndian(entry), BinaryPrimitives.ReadUInt64LittleEndian(entry[SizeOffset..]));

    /// <summary>Adds RAM, joined with what it overlaps or touches.</summary>
    private void Add(MemoryRange range)
    {
        if (range.Bytes == 0)
        {
            return;
        }

        int at = 0;
        while (at < _count && _ranges[at].End < range.Start)
        {
            at++;
        }

        while (at < _count && _ranges[at].Start <= range.End)
        {
            range = new MemoryRange(Math.Min(range.Start, _ranges[at].Start), Math.Max(range.End, _ranges[at].End));
            DeleteAt(at);
        }

        Insert(at, range);
    }

    /// <summary>An empty range is none. Where all places are taken, the smallest range goes.</summary>
    private void Insert(int at, MemoryRange range)
    {
        if (range.Bytes == 0)
        {
            return;
        }

        if (_count == MaxRanges)
        {
            Dropped++;
            int smallest = 0;
            for (int i = 1; i < _count; i++)
            {
                smallest = _ranges[i].Bytes < _ranges[smallest].Bytes ? i : smallest;
            }

            if (_ranges[smallest].Bytes >= range.Bytes)
            {
                return;
            }

            DeleteAt(smallest);
            at = smallest < at ? at - 1 : at;
        }

        for (int i = _count; i > at; i--)
        {
            _ranges[i] = _ranges[i - 1];
        }

        _ranges[at] = range;
        _count++;
    }

    private void DeleteAt(int at)
    {
        _count--;
        for (int i = at; i < _count; i++)
        {
            _ranges[i] = _ranges[i + 1];
        }
    }

    private void TrimToPages()
    {
        for (int i = _count - 1; i >= 0; i--)
        {
            MemoryRange whole = new(PageSize.RoundUp(_ranges[i].Start), _ranges[i].End & ~(ulong)PageSize.Mask);
            DeleteAt(i);
            Insert(i, whole);
        }
    }
}

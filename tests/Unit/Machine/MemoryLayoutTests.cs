using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.Machine;

public sealed class MemoryLayoutTests
{
    private const ulong Mebi = 1 << 20;
    private const ulong Limit = 64UL << 30;

    [Fact]
    public void Entries_in_any_order_become_ranges_in_order()
    {
        MemoryLayout layout = Read((4096 * Mebi, 1024 * Mebi, 1), (0, 640 << 10, 1), (Mebi, 127 * Mebi, 1));
        Assert.Equal([new(0, 640 << 10), new(Mebi, 128 * Mebi), new(4096 * Mebi, 5120 * Mebi)], layout.Ranges.ToArray());
        Assert.Equal(5120 * Mebi, layout.End);
    }

    [Fact]
    public void No_address_is_there_twice()
    {
        MemoryLayout layout =
            Read((Mebi, 10 * Mebi, 1), (5 * Mebi, 10 * Mebi, 1), (15 * Mebi, Mebi, 1), (Mebi, 2 * Mebi, 1), (3 * Mebi, 0, 1));
        Assert.Equal([new(Mebi, 16 * Mebi)], layout.Ranges.ToArray());
    }

    [Theory]
    [InlineData(2u)] // reserved
    [InlineData(3u)] // ACPI tables
    [InlineData(5u)] // broken memory
    [InlineData(0x8000_0000u)]
    public void What_one_entry_says_is_no_memory_is_none(uint type)
    {
        MemoryLayout layout = Read((Mebi, 15 * Mebi, 1), ((4 * Mebi) + 100, 100, type));
        Assert.Equal([new(Mebi, 4 * Mebi), new((4 * Mebi) + 4096, 16 * Mebi)], layout.Ranges.ToArray());
    }

    [Fact]
    public void Only_whole_pages_are_memory()
    {
        MemoryLayout layout = Read((Mebi + 1, 8191, 1), (2 * Mebi, 4095, 1), ((3 * Mebi) + 1, 4096, 1));
        Assert.Equal([new(Mebi + 4096, Mebi + 8192)], layout.Ranges.ToArray());
    }

    [Theory]
    [InlineData(1UL << 46, 1UL << 30)]
    [InlineData(ulong.MaxValue, 1UL)]
    [InlineData(ulong.MaxValue - 100, ulong.MaxValue)]
    [InlineData(0x8000_0000_0000_0000UL, 0x8000_0000_0000_0000UL)]
    public void Memory_that_no_machine_has_is_left_out(ulong start, ulong length) =>
        Assert.Equal(Mebi, Read((Mebi, Mebi, 1), (start, length, 1)).Bytes);

    [Fact]
    public void Memory_above_the_limit_is_left_out() => Assert.Equal([new(0, Limit)], Read((0, ulong.MaxValue, 1)).Ranges.ToArray());

    [Fact]
    public void A_map_without_memory_has_none()
    {
        foreach (MemoryLayout layout in (MemoryLayout[])[Read(), Read((0, 0, 1)), Read((Mebi, Mebi, 2)),
            MemoryLayout.Read(new byte[23], Limit)])
        {
            Assert.Equal(0UL, layout.End);
            Assert.Equal(0UL, layout.Take(4096, Limit));
        }
    }

    [Fact]
    public void Of_too_many_ranges_the_largest_are_kept()
    {
        List<(ulong, ulong, uint)> entries = [];
        for (ulong i = 1; i <= 200; i++)
        {
            entries.Add((i * 16 * Mebi, i * 4096, 1));
        }

        MemoryLayout layout = Read([.. entries]);
        Assert.Equal(64, layout.Ranges.Length);
        Assert.Equal(136, layout.Dropped);
        Assert.Equal(137UL * 4096, layout.Ranges[0].Bytes);
        entries.Reverse();
        Assert.Equal(layout.Ranges.ToArray(), Read([.. entries]).Ranges.ToArray());
    }

    [Fact]
    public void What_lies_there_is_taken_out_and_the_lowest_place_is_given()
    {
        MemoryLayout layout = Read((0, 128 * Mebi, 1));
        layout.Remove(new(0, Mebi));
        layout.Remove(new(2 * Mebi, (4 * Mebi) + 1));
        Assert.Equal(Mebi, layout.Take(4097, Limit));
        Assert.Equal(Mebi + 8192, layout.Take(1, Limit));
        Assert.Equal((4 * Mebi) + 4096, layout.Take(Mebi, Limit));
        Assert.Equal(0UL, layout.Take(4096, Mebi + 8192));
        Assert.Equal(0UL, layout.Take(128 * Mebi, Limit));
        Assert.True(layout.Holds(new(64 * Mebi, 128 * Mebi)));
        Assert.False(layout.Holds(new(64 * Mebi, (128 * Mebi) + 1)));
        Assert.False(layout.Holds(new(0, 4096)));
    }

    /// <summary>Against the plainest way to say it: a set of pages.</summary>
    [Fact]
    public void Any_map_gives_each_page_of_memory_once()
    {
        Random random = new(13);
        for (int round = 0; round < 2000; round++)
        {
            HashSet<ulong> ram = [], other = [];
            List<(ulong, ulong, uint)> entries = [];
            for (int i = random.Next(12); i >= 0; i--)
            {
                ulong start = (ulong)random.Next(200), length = (ulong)random.Next(40);
                bool isRam = random.Next(3) != 0;
                entries.Add((start * 4096, length * 4096, isRam ? 1u : 2u));
                for (ulong page = start; page < start + length; page++)
                {
                    (isRam ? ram : other).Add(page);
                }
            }

            ram.ExceptWith(other);
            List<ulong> found = [];
            foreach (MemoryRange range in Read([.. entries]).Ranges)
            {
                for (ulong page = range.Start / 4096; page < range.End / 4096; page++)
                {
                    found.Add(page);
                }
            }

            Assert.Equal(ram.Order(), found);
        }
    }

    private static MemoryLayout Read(params (ulong Start, ulong Length, uint Type)[] entries) => MemoryLayout.Read(Map(entries), Limit);

    internal static byte[] Map(params (ulong Start, ulong Length, uint Type)[] entries)
    {
        byte[] map = new byte[entries.Length * MemoryLayout.EntryBytes];
        for (int i = 0; i < entries.Length; i++)
        {
            Span<byte> entry = map.AsSpan(i * MemoryLayout.EntryBytes);
            BinaryPrimitives.WriteUInt64LittleEndian(entry, entries[i].Start);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[8..], entries[i].Length);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[16..], entries[i].Type);
        }

        return map;
    }
}

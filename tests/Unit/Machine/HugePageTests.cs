using System;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.Machine;

public sealed class HugePageTests
{
    private const PageAccess ReadWrite = PageAccess.Read | PageAccess.Write;
    private const ulong Huge = PageSize.HugeBytes;
    private static readonly VirtAddr s_start = new(0x4000_0000);
    private readonly AddressSpace _space;
    private readonly ulong _before;

    public HugePageTests()
    {
        HostedMachine.Start(memoryBytes: 32 << 20);
        Assert.True(AddressSpace.TryCreate(new RecordingFaults(), out AddressSpace? space));
        _space = space!;
        _before = MemoryStatistics.AvailableBytes;
    }

    [Fact]
    public void A_huge_page_is_zero_and_is_seen_as_512_pages()
    {
        Assert.True(_space.TryMapHuge(s_start, ReadWrite));
        Assert.Equal(512UL, _space.ResidentPages);
        Assert.Equal(1UL, _space.HugePages);
        byte[] bytes = new byte[Huge];
        Array.Fill(bytes, (byte)1);
        Assert.Equal(bytes.Length, _space.Read(s_start, bytes));
        Assert.Equal(-1, bytes.AsSpan().IndexOfAnyExcept((byte)0));
        PageEntry first = _space.Query(s_start);
        PageEntry last = _space.Query(s_start + (Huge - 4096));
        Assert.True(first.IsHuge && last.IsHuge);
        Assert.NotEqual(first.Frame, last.Frame);
        Assert.Equal(1, last.Frame.ReferenceCount);
        Assert.True(_space.TryFindMapped(default, VirtAddr.UserEnd, out VirtAddr found, out _));
        Assert.Equal(s_start, found);
    }

    [Fact]
    public void What_is_mapped_whole_comes_back_whole()
    {
        for (int i = 0; i < 3; i++)
        {
            Assert.True(_space.TryMapHuge(s_start, ReadWrite));
            _space.Unmap(s_start, Huge);
            Assert.Equal(0UL, _space.ResidentPages);
            Assert.True(_space.IsHugePlaceFree(s_start));
        }

        _space.Release();
        Assert.Equal(_before + PageSize.Bytes, MemoryStatistics.AvailableBytes); // and the root
    }

    [Fact]
    public void Unmapping_a_part_splits_and_keeps_the_rest()
    {
        Assert.True(_space.TryMapHuge(s_start, ReadWrite));
        Assert.True(_space.TryWrite(s_start + (5 * 4096), 55));
        Assert.True(_space.TryWrite(s_start + (9 * 4096), 99));
        _space.Unmap(s_start + (5 * 4096), 4096);
        Assert.Equal(511UL, _space.ResidentPages);
        Assert.Equal(0UL, _space.HugePages);
        Assert.False(_space.Query(s_start + (5 * 4096)).IsPresent);
        Assert.True(_space.TryRead(s_start + (9 * 4096), out int kept));
        Assert.Equal(99, kept);
        Assert.False(_space.IsHugePlaceFree(s_start));
        Assert.False(_space.TryMapHuge(s_start, ReadWrite));
        _space.Unmap(s_start, Huge);
        Assert.True(_space.TryMapHuge(s_start, ReadWrite));
    }

    [Fact]
    public void Protecting_a_part_splits_and_the_whole_does_not()
    {
        Assert.True(_space.TryMapHuge(s_start, ReadWrite));
        _space.Protect(s_start, Huge, PageAccess.None, keepReadOnly: true);
        Assert.Equal(1UL, _space.HugePages);
        Assert.Equal(PageAccess.None, _space.Query(s_start + 4096).Access);
        _space.Protect(s_start, Huge, ReadWrite, keepReadOnly: true);
        Assert.Equal(ReadWrite, _space.Query(s_start + 4096).Access);
        _space.Protect(s_start + 4096, 4096, PageAccess.Read, keepReadOnly: true);
        Assert.Equal(0UL, _space.HugePages);
        Assert.Equal(ReadWrite, _space.Query(s_start).Access);
        Assert.Equal(PageAccess.Read, _space.Query(s_start + 4096).Access);
        Assert.Equal(ReadWrite, _space.Query(s_start + 8192).Access);
    }

    [Fact]
    public void A_frame_that_somebody_else_holds_stays_read_only_and_outlives_the_page()
    {
        Assert.True(_space.TryMapHuge(s_start, ReadWrite));
        Frame held = _space.Query(s_start + (7 * 4096)).Frame;
        held.AddReference();
        _space.Protect(s_start, Huge, PageAccess.Read, keepReadOnly: true);
        _space.Protect(s_start, Huge, ReadWrite, keepReadOnly: true);
        Assert.Equal(PageAccess.Read, _space.Query(s_start + (7 * 4096)).Access);
        Assert.Equal(ReadWrite, _space.Query(s_start + (8 * 4096)).Access);
        _space.Unmap(s_start, Huge);
        held.Write(0, [1]);
        held.Release();
        _space.Release();
        Assert.Equal(_before + PageSize.Bytes, MemoryStatistics.AvailableBytes);
    }

    [Fact]
    public void Moving_keeps_a_huge_page_where_both_places_fit()
    {
        VirtAddr fits = new(0x8000_0000), fitsNot = new(0xc000_1000);
        Assert.True(_space.TryMapHuge(s_start, ReadWrite));
        Assert.True(_space.TryWrite(s_start + 0x12345, 77));
        Assert.True(_space.TryMove(s_start, fits, Huge));
        Assert.Equal(1UL, _space.HugePages);
        Assert.False(_space.Query(s_start).IsPresent);
        Assert.True(_space.TryMove(fits, fitsNot, Huge));
        Assert.Equal(0UL, _space.HugePages);
        Assert.True(_space.TryRead(fitsNot + 0x12345, out int value));
        Assert.Equal(77, value);
        Assert.Equal(512UL, _space.ResidentPages);
        _space.Release();
        Assert.Equal(_before + PageSize.Bytes, MemoryStatistics.AvailableBytes);
    }

    [Fact]
    public void Single_frames_are_taken_from_broken_blocks_so_that_whole_ones_last()
    {
        // Two huge pages' memory, of which one frame of the first is kept: the other block serves a huge page again, whatever single frames are taken.
        Assert.True(_space.TryMapHuge(s_start, ReadWrite));
        Assert.True(_space.TryMapHuge(s_start + Huge, ReadWrite));
        Frame first = _space.Query(s_start).Frame;
        Frame second = _space.Query(s_start + Huge).Frame;
        first.AddReference();
        _space.Unmap(s_start, 2 * Huge);
        for (int i = 0; i < 400; i++)
        {
            Assert.True(Frame.TryAllocate(FrameFill.Leftover, out Frame _));
        }

        Assert.True(_space.TryMapHuge(s_start, ReadWrite));
        Assert.Equal(second, _space.Query(s_start).Frame);
    }

    [Fact]
    public void Without_a_run_of_frames_there_is_no_huge_page_and_nothing_is_lost()
    {
        while (_space.TryMapHuge(s_start + (_space.HugePages * Huge), ReadWrite))
        {
        }

        ulong pages = _space.HugePages;
        Assert.InRange(pages, 14UL, 16UL);
        ulong available = MemoryStatistics.AvailableBytes;
        Assert.False(_space.TryMapHuge(s_start + (pages * Huge), ReadWrite));
        Assert.Equal(available, MemoryStatistics.AvailableBytes);
        Assert.Throws<ArgumentOutOfRangeException>(() => _space.TryMapHuge(s_start + 4096, ReadWrite));
    }
}

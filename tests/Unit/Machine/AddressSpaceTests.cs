using System;
using System.Collections.Generic;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.Machine;

public sealed class AddressSpaceTests
{
    private const PageAccess ReadWrite = PageAccess.Read | PageAccess.Write;
    private static readonly VirtAddr s_page = new(0x40_0000);
    private readonly RecordingFaults _faults = new();
    private readonly AddressSpace _space;

    public AddressSpaceTests()
    {
        HostedMachine.Start();
        Assert.True(AddressSpace.TryCreate(_faults, out AddressSpace? space));
        _space = space!;
    }

    [Fact]
    public void A_mapping_holds_a_reference_until_it_is_unmapped()
    {
        Frame frame = Allocate();
        Assert.True(_space.TryMap(s_page, frame, ReadWrite));
        Assert.Equal(2, frame.ReferenceCount);
        frame.Release();
        Assert.Equal(1UL, _space.ResidentPages);
        ulong before = MemoryStatistics.AvailableBytes;
        _space.Unmap(s_page, PageSize.Bytes);
        Assert.Equal(0UL, _space.ResidentPages);
        Assert.Equal(before + PageSize.Bytes, MemoryStatistics.AvailableBytes);
        Assert.False(_space.Query(s_page).IsPresent);
    }

    [Fact]
    public void A_frame_that_is_mapped_as_often_as_can_be_counted_is_not_mapped_once_more()
    {
        const int Most = (1 << 24) - 1;
        HostedMachine.Start(memoryBytes: 192 << 20);
        Assert.True(AddressSpace.TryCreate(_faults, out AddressSpace? space));
        Frame zeros = Allocate();
        VirtAddr page = s_page;
        int count = 0;
        for (; space!.TryMap(page, zeros, PageAccess.Read); page += PageSize.Bytes)
        {
            count++;
        }

        Assert.Equal(Most, count);
        Assert.Equal((ulong)Most, space.ResidentPages);
        Assert.True(space.TryMap(page, Allocate(), PageAccess.Read));
        space.Unmap(s_page, PageSize.Bytes);
        Assert.True(space.TryMap(s_page, zeros, PageAccess.Read));
        space.Release();
    }

    [Fact]
    public void A_space_that_was_released_cannot_be_used()
    {
        Assert.True(AddressSpace.TryCreate(_faults, out AddressSpace? other));
        other!.Activate();
        other.Release();
        Assert.Throws<ObjectDisposedException>(other.Activate);
        Assert.Throws<ObjectDisposedException>(other.Release);
        _space.Activate();
    }

    [Fact]
    public void Pages_move_to_where_none_is_only()
    {
        VirtAddr other = s_page + (3 * PageSize.Bytes);
        Frame one = Allocate();
        Frame two = Allocate();
        Assert.True(_space.TryMap(s_page, one, ReadWrite));
        Assert.True(_space.TryMap(other, two, ReadWrite));
        Assert.Throws<InvalidOperationException>(() => _space.TryMove(s_page, other, PageSize.Bytes));
        Assert.Equal(one, _space.Query(s_page).Frame);
        Assert.Equal(two, _space.Query(other).Frame);
        Assert.Equal(2UL, _space.ResidentPages);
    }

    [Fact]
    public void Releasing_a_space_gives_every_frame_back()
    {
        ulong before = MemoryStatistics.AvailableBytes;
        Assert.True(AddressSpace.TryCreate(_faults, out AddressSpace? other));
        Random random = new(7);
        for (int i = 0; i < 500; i++)
        {
            Frame frame = Allocate();
            VirtAddr at = new(((ulong)random.NextInt64(1L << 34) + 1) << PageSize.Shift >> 1 << 1);
            if (!other!.Query(at.PageStart).IsPresent)
            {
                Assert.True(other.TryMap(at.PageStart, frame, ReadWrite));
            }

            frame.Release();
        }

        other!.Release();
        Assert.Equal(before, MemoryStatistics.AvailableBytes);
        Assert.Throws<ObjectDisposedException>(() => other.Query(s_page));
    }

    [Fact]
    public void Copies_cross_pages_and_stop_at_the_first_bad_address()
    {
        Frame first = Allocate();
        Frame second = Allocate();
        _space.TryMap(s_page, first, ReadWrite);
        _space.TryMap(s_page + PageSize.Bytes, second, ReadWrite);
        byte[] data = new byte[6000];
        new Random(1).NextBytes(data);
        VirtAddr start = s_page + 100;
        Assert.Equal(6000, _space.Write(start, data));
        byte[] back = new byte[6000];
        Assert.Equal(6000, _space.Read(start, back));
        Assert.Equal(data, back);

        byte[] tooMuch = new byte[3 * PageSize.Bytes];
        Assert.Equal((2 * PageSize.Bytes) - 100, _space.Read(start, tooMuch));
        Assert.Equal((s_page + (2 * PageSize.Bytes), PageAccess.Read), Assert.Single(_faults.Asked));
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(0x7fff_ffff_f000UL)]
    [InlineData(0x8000_0000_0000_0000UL)]
    [InlineData(0xffff_8000_0000_0000UL)]
    [InlineData(0xffff_ffff_ffff_fffcUL)]
    public void Bad_addresses_are_refused(ulong address)
    {
        Assert.False(_space.TryRead(new VirtAddr(address), out long _));
        Assert.False(_space.TryWrite(new VirtAddr(address), 1L));
        Assert.False(_space.TryCompareExchange(new VirtAddr(address), 0, 1, out _));
        Assert.Equal(-1, _space.ReadString(new VirtAddr(address), new byte[8]));
    }

    [Fact]
    public void Writing_to_a_read_only_page_asks_the_handler_for_write_access()
    {
        Frame frame = Allocate();
        _space.TryMap(s_page, frame, PageAccess.Read);
        Assert.False(_space.TryWrite(s_page, 5));
        Assert.Equal((s_page, PageAccess.Write), Assert.Single(_faults.Asked));
        _faults.Answer = (_, _) =>
        {
            _space.Protect(s_page, PageSize.Bytes, ReadWrite, keepReadOnly: false);
            return true;
        };
        Assert.True(_space.TryWrite(s_page, 5));
        Assert.True(_space.TryRead(s_page, out int value));
        Assert.Equal(5, value);
    }

    [Fact]
    public void A_string_may_end_just_before_an_unmapped_page()
    {
        Frame frame = Allocate();
        _space.TryMap(s_page, frame, ReadWrite);
        _space.Write(s_page + 4090, "hello\0"u8);
        byte[] buffer = new byte[100];
        Assert.Equal(5, _space.ReadString(s_page + 4090, buffer));
        Assert.Empty(_faults.Asked);
        Assert.Equal(4, _space.ReadString(s_page + 4090, buffer.AsSpan(0, 4)));
    }

    [Fact]
    public void Boot_module_pages_are_never_writable()
    {
        HostedMachine.Start(bootModule: new byte[5000]);
        Assert.True(AddressSpace.TryCreate(_faults, out AddressSpace? space));
        Frame frame = BootInfo.ModuleFrame(1);
        Assert.True(frame.IsPermanent);
        Assert.Throws<InvalidOperationException>(() => space!.TryMap(s_page, frame, ReadWrite));
        Assert.True(space!.TryMap(s_page, frame, PageAccess.Read));
        space.Protect(s_page, PageSize.Bytes, ReadWrite, keepReadOnly: false);
        Assert.Equal(PageAccess.Read, space.Query(s_page).Access & ReadWrite);
        Assert.Throws<InvalidOperationException>(() => frame.Write(0, [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => BootInfo.ModuleFrame(2));
    }

    [Fact]
    public void Random_operations_agree_with_a_model()
    {
        Random random = new(42);
        Dictionary<ulong, (byte Mark, PageAccess Access)> model = [];
        for (int step = 0; step < 3000; step++)
        {
            ulong page = 0x1000UL + (ulong)random.Next(64) + ((ulong)random.Next(3) << 9) + ((ulong)random.Next(2) << 18);
            ulong count = (ulong)random.Next(1, 40);
            VirtAddr at = new(page << PageSize.Shift);
            switch (random.Next(4))
            {
                case 0:
                    if (!model.ContainsKey(page))
                    {
                        Frame frame = Allocate();
                        byte mark = (byte)random.Next(256);
                        frame.Write(0, [mark]);
                        Assert.True(_space.TryMap(at, frame, ReadWrite));
                        frame.Release();
                        model[page] = (mark, ReadWrite);
                    }

                    break;
                case 1:
                    _space.Unmap(at, count << PageSize.Shift);
                    for (ulong p = page; p < page + count; p++)
                    {
                        model.Remove(p);
                    }

                    break;
                case 2:
                    PageAccess access = random.Next(2) == 0 ? PageAccess.Read : ReadWrite;
                    _space.Protect(at, count << PageSize.Shift, access, keepReadOnly: false);
                    for (ulong p = page; p < page + count; p++)
                    {
                        if (model.TryGetValue(p, out (byte Mark, PageAccess Access) old))
                        {
                            model[p] = (old.Mark, access);
                        }
                    }

                    break;
                default:
                    ulong target = 0x4000_0000UL + ((ulong)step << 8);
                    Assert.True(_space.TryMove(at, new VirtAddr(target << PageSize.Shift), count << PageSize.Shift));
                    Assert.True(_space.TryMove(new VirtAddr(target << PageSize.Shift), at, count << PageSize.Shift));
                    break;
            }

            Assert.Equal((ulong)model.Count, _space.ResidentPages);
        }

        foreach ((ulong page, (byte mark, PageAccess access)) in model)
        {
            PageEntry entry = _space.Query(new VirtAddr(page << PageSize.Shift));
            Assert.Equal(access, entry.Access & ReadWrite);
            byte[] first = new byte[1];
            entry.Frame.Read(0, first);
            Assert.Equal(mark, first[0]);
        }
    }

    private static Frame Allocate()
    {
        Assert.True(Frame.TryAllocate(FrameFill.Zero, out Frame frame));
        return frame;
    }
}

using System;
using System.Collections.Generic;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.Machine;

public sealed class FrameTests
{
    public FrameTests() => HostedMachine.Start(memoryBytes: 1 << 20);

    [Fact]
    public void Memory_runs_out_and_comes_back()
    {
        List<Frame> frames = [];
        while (Frame.TryAllocate(FrameFill.Zero, out Frame frame))
        {
            frames.Add(frame);
        }

        Assert.Equal(0UL, MemoryStatistics.AvailableBytes);
        Assert.Equal(frames.Count, new HashSet<Frame>(frames).Count);
        frames.ForEach(f => f.Release());
        Assert.Equal((ulong)frames.Count * PageSize.Bytes, MemoryStatistics.AvailableBytes);
        Assert.True(Frame.TryAllocate(FrameFill.Zero, out _));
    }

    [Fact]
    public void A_new_frame_is_zero_though_it_was_used_before()
    {
        Frame.TryAllocate(FrameFill.Zero, out Frame frame);
        frame.Write(100, [1, 2, 3]);
        frame.Release();
        Frame.TryAllocate(FrameFill.Zero, out Frame again);
        Assert.Equal(frame, again);
        byte[] bytes = new byte[PageSize.Bytes];
        again.Read(0, bytes);
        Assert.Equal(-1, bytes.AsSpan().IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void Words_are_summed_from_any_place()
    {
        Frame.TryAllocate(FrameFill.Zero, out Frame frame);
        byte[] bytes = new byte[PageSize.Bytes];
        new Random(1).NextBytes(bytes);
        frame.Write(0, bytes);
        for (int length = 0; length < 150; length++)
        {
            int offset = length % 3 == 0 ? PageSize.Bytes - length : length * 7;
            ulong sum = 0;
            for (int i = 0; i < length; i++)
            {
                sum += (ulong)bytes[offset + i] << (i % 4 * 8);
            }

            // Words of 16 and of 32 bits are the same to what folds the sum.
            Assert.Equal(sum % ushort.MaxValue, frame.WordSum(offset, length) % ushort.MaxValue);
        }
    }

    [Fact]
    public void Misuse_is_refused()
    {
        Frame.TryAllocate(FrameFill.Zero, out Frame frame);
        Assert.Throws<InvalidOperationException>(() => frame.WordSum(PageSize.Bytes - 1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Frame.None.WordSum(0, 1));
        Assert.Throws<InvalidOperationException>(() => frame.Write(PageSize.Bytes - 1, [1, 2]));
        Assert.Throws<InvalidOperationException>(() => frame.Read(-1, new byte[1]));
        frame.Release();
        Assert.Throws<InvalidOperationException>(() => frame.Release());
        Assert.Throws<InvalidOperationException>(() => frame.AddReference());
        Assert.Throws<InvalidOperationException>(() => frame.Write(0, [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Frame.None.AddReference());
    }

    [Fact]
    public void A_mapped_frame_is_never_freed_however_often_its_references_are_released()
    {
        Frame.TryAllocate(FrameFill.Zero, out Frame frame);
        Assert.True(AddressSpace.TryCreate(new RecordingFaults(), out AddressSpace? space));
        VirtAddr page = new(0x10_0000);
        Assert.True(space!.TryMap(page, frame, PageAccess.Read | PageAccess.Write));
        frame.Release();
        Assert.Throws<InvalidOperationException>(() => frame.Release());
        Assert.Equal(1, frame.ReferenceCount);
        Assert.True(Frame.TryAllocate(FrameFill.Zero, out Frame other));
        Assert.NotEqual(frame, other);

        // What is mapped can be held again, and outlives the mapping then.
        space.Query(page).Frame.AddReference();
        space.Unmap(page, PageSize.Bytes);
        frame.Write(0, [1]);
        frame.Release();
        Assert.Throws<InvalidOperationException>(() => frame.Write(0, [1]));
    }

    [Fact]
    public void A_stale_frame_cannot_free_what_is_the_kernels_by_now()
    {
        Frame.TryAllocate(FrameFill.Zero, out Frame stale);
        stale.Release();
        Assert.True(AddressSpace.TryCreate(new RecordingFaults(), out AddressSpace? space)); // its root table takes the frame
        Assert.Throws<InvalidOperationException>(() => stale.Release());
        Assert.Throws<InvalidOperationException>(() => stale.AddReference());
        Assert.Throws<InvalidOperationException>(() => stale.Clear(0, PageSize.Bytes));
        Assert.Throws<InvalidOperationException>(() => space!.TryMap(new VirtAddr(0x10_0000), stale, PageAccess.Write));
        Assert.Throws<InvalidOperationException>(() => space!.TryMap(new VirtAddr(0x10_0000), stale, PageAccess.Read));
    }
}

using System;
using System.Collections.Generic;
using Mote.Kernel.Drivers.Virtio;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.Virtio;

public sealed class SplitQueueTests
{
    private const int Size = 8;
    private readonly DmaMemory _memory = new();
    private readonly DmaRegion _region;

    public SplitQueueTests()
    {
        HostedMachine.Start();
        Assert.True(_memory.TryAllocate(4096, out DmaRegion? region));
        _region = region!;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Buffers_come_back_with_their_tokens_and_lengths_also_when_indices_wrap(bool hasEventIndex)
    {
        (SplitQueue queue, FakeQueue device) = Make(hasEventIndex);
        int inFlight = 0;
        for (int i = 0; i < 70_000; i++)
        {
            while (inFlight < 1 + (i % Size))
            {
                Assert.True(queue.TryOffer(_region, 0, 100, DeviceAccess.Write, out _));
                inFlight++;
            }

            device.SetAvailableEvent(device.AvailableIndex);
            Assert.True(queue.Publish());
            foreach (FakeBuffer buffer in device.TakeAvailable())
            {
                device.Complete(buffer.Id, (uint)(i % 101));
                Assert.Equal(TakeResult.Taken, queue.TryTake(out int token, out int length));
                Assert.Equal(buffer.Id, token);
                Assert.Equal(i % 101, length);
                inFlight--;
            }

            Assert.Equal(TakeResult.Nothing, queue.TryTake(out _, out _));
        }
    }

    [Fact]
    public void A_buffer_is_offered_again_as_it_was()
    {
        (SplitQueue queue, FakeQueue device) = Make(true);
        Assert.True(queue.TryOffer(_region, 16, 100, DeviceAccess.Write, out int token));
        for (int i = 0; i < 3 * Size; i++)
        {
            queue.Publish();
            FakeBuffer buffer = Assert.Single(device.TakeAvailable());
            Assert.Equal(_region.DeviceAddress + 16, buffer.Address);
            Assert.Equal(100, buffer.Length);
            device.Complete(buffer.Id, 100);
            Assert.Equal(TakeResult.Taken, queue.TryTake(out int back, out int length));
            Assert.Equal((token, 100), (back, length));
            queue.OfferAgain(token);
            Assert.Equal(Size - 1, queue.FreeCount);
        }

        // Only what came back last can be.
        Assert.Throws<System.ArgumentOutOfRangeException>(() => queue.OfferAgain(token));
    }

    [Fact]
    public void No_more_buffers_are_offered_than_there_are_descriptors()
    {
        (SplitQueue queue, _) = Make(true);
        HashSet<int> tokens = [];
        for (int i = 0; i < Size; i++)
        {
            int expected = queue.NextToken;
            Assert.True(queue.TryOffer(_region, 0, 1, DeviceAccess.Read, out int token));
            Assert.Equal(expected, token);
            Assert.True(tokens.Add(token));
        }

        Assert.False(queue.TryOffer(_region, 0, 1, DeviceAccess.Read, out _));
        Assert.Equal(-1, queue.NextToken);
    }

    [Theory]
    [InlineData(8u, 0u)] // no such descriptor
    [InlineData(uint.MaxValue, 0u)]
    [InlineData(5u, 0u)] // not in flight
    [InlineData(0u, 101u)] // more than was offered
    [InlineData(0u, uint.MaxValue)]
    [InlineData(1u, 1u)] // written into what it may only read
    public void A_lie_about_a_buffer_breaks_the_queue(uint id, uint length)
    {
        (SplitQueue queue, FakeQueue device) = Make(true);
        Assert.True(queue.TryOffer(_region, 0, 100, DeviceAccess.Write, out _));
        Assert.True(queue.TryOffer(_region, 0, 100, DeviceAccess.Read, out _));
        queue.Publish();
        device.Complete(id, length);
        Assert.Equal(TakeResult.Broken, queue.TryTake(out _, out _));
    }

    [Fact]
    public void A_buffer_that_comes_back_twice_breaks_the_queue()
    {
        (SplitQueue queue, FakeQueue device) = Make(true);
        queue.TryOffer(_region, 0, 100, DeviceAccess.Write, out int token);
        queue.TryOffer(_region, 0, 100, DeviceAccess.Write, out _);
        queue.Publish();
        device.Complete((uint)token, 1);
        device.Complete((uint)token, 1);
        Assert.Equal(TakeResult.Taken, queue.TryTake(out _, out _));
        Assert.Equal(TakeResult.Broken, queue.TryTake(out _, out _));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(9)]
    [InlineData(0xffff)]
    public void An_index_that_runs_ahead_breaks_the_queue(int index)
    {
        (SplitQueue queue, FakeQueue device) = Make(true);
        queue.TryOffer(_region, 0, 100, DeviceAccess.Write, out _);
        queue.Publish();
        device.SetUsedIndex((ushort)index);
        Assert.Equal(TakeResult.Broken, queue.TryTake(out _, out _));
    }

    [Fact]
    public void A_device_is_kicked_only_when_the_index_passes_its_event()
    {
        (SplitQueue queue, FakeQueue device) = Make(true);
        queue.TryOffer(_region, 0, 1, DeviceAccess.Read, out _);
        Assert.True(queue.Publish());
        Assert.False(queue.Publish());
        device.SetAvailableEvent(3);
        queue.TryOffer(_region, 0, 1, DeviceAccess.Read, out _);
        queue.TryOffer(_region, 0, 1, DeviceAccess.Read, out _);
        Assert.False(queue.Publish());
        queue.TryOffer(_region, 0, 1, DeviceAccess.Read, out _);
        Assert.True(queue.Publish());
    }

    [Fact]
    public void Without_the_event_index_flags_say_who_wants_to_be_told()
    {
        (SplitQueue queue, FakeQueue device) = Make(false);
        device.SetUsedFlags(1);
        queue.TryOffer(_region, 0, 1, DeviceAccess.Read, out _);
        Assert.False(queue.Publish());
        queue.DisableInterrupts();
        Assert.Equal(1, device.AvailableFlags);
        Assert.False(queue.EnableInterrupts());
        Assert.Equal(0, device.AvailableFlags);
        device.Complete(0, 0);
        Assert.True(queue.EnableInterrupts());
    }

    [Fact]
    public void A_device_is_shown_nothing_but_its_own_memory()
    {
        (SplitQueue queue, _) = Make(true);
        Assert.True(Frame.TryAllocate(FrameFill.Zero, out Frame frame));
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.TryOffer(_region, -1, 1, DeviceAccess.Read, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.TryOffer(_region, 0, _region.Length + 1, DeviceAccess.Write, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.TryOffer(_region, _region.Length, 1, DeviceAccess.Write, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.TryOffer(_region, 1, -1, DeviceAccess.Write, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.TryOffer(Frame.None, 0, 1, DeviceAccess.Read, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.TryOffer(frame, 4000, 97, DeviceAccess.Read, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.TryOffer(frame, -1, 1, DeviceAccess.Read, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.TryOffer(frame, 0, 4096, DeviceAccess.Write, out _));
        Assert.Equal(Size, queue.FreeCount);
        Assert.True(queue.TryOffer(frame, 4000, 96, DeviceAccess.Read, out _));
        frame.GiveToDevices();
        Assert.True(queue.TryOffer(frame, 0, 4096, DeviceAccess.Write, out _));
    }

    [Fact]
    public void A_frame_that_a_device_may_write_is_nobodys_any_more()
    {
        Assert.True(Frame.TryAllocate(FrameFill.Zero, out Frame frame));
        ulong before = MemoryStatistics.AvailableBytes;
        frame.GiveToDevices();
        frame.GiveToDevices();
        frame.Release();
        frame.Release();
        Assert.Equal(before, MemoryStatistics.AvailableBytes);
        frame.Write(0, [1, 2]);
        byte[] read = new byte[2];
        frame.Read(0, read);
        Assert.Equal([1, 2], read);
        Assert.True(AddressSpace.TryCreate(new Mote.Tests.Unit.Machine.RecordingFaults(), out AddressSpace? space));
        Assert.Throws<InvalidOperationException>(() => space!.TryMap(new VirtAddr(0x40_0000), frame, PageAccess.Read));
        Assert.True(Frame.TryAllocate(FrameFill.Zero, out Frame mapped));
        Assert.True(space!.TryMap(new VirtAddr(0x40_0000), mapped, PageAccess.Read));
        Assert.Throws<InvalidOperationException>(mapped.GiveToDevices);
    }

    private (SplitQueue Queue, FakeQueue Device) Make(bool hasEventIndex)
    {
        Assert.True(_memory.TryAllocate(Size, out DmaTable? descriptors));
        SplitQueue queue = new(descriptors!, _region, 0, hasEventIndex);
        return (queue, new FakeQueue(_memory, queue.Addresses, Size));
    }
}

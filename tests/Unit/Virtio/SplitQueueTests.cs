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
                Assert.True(queue.TryOffer(_region.DeviceAddress, 100, BufferUse.DeviceWrites, out _));
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
        Assert.True(queue.TryOffer(_region.DeviceAddress + 16, 100, BufferUse.DeviceWrites, out int token));
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
            Assert.True(queue.TryOffer(_region.DeviceAddress, 1, BufferUse.DeviceReads, out int token));
            Assert.Equal(expected, token);
            Assert.True(tokens.Add(token));
        }

        Assert.False(queue.TryOffer(_region.DeviceAddress, 1, BufferUse.DeviceReads, out _));
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
        Assert.True(queue.TryOffer(_region.DeviceAddress, 100, BufferUse.DeviceWrites, out _));
        Assert.True(queue.TryOffer(_region.DeviceAddress, 100, BufferUse.DeviceReads, out _));
        queue.Publish();
        device.Complete(id, length);
        Assert.Equal(TakeResult.Broken, queue.TryTake(out _, out _));
    }

    [Fact]
    public void A_buffer_that_comes_back_twice_breaks_the_queue()
    {
        (SplitQueue queue, FakeQueue device) = Make(true);
        queue.TryOffer(_region.DeviceAddress, 100, BufferUse.DeviceWrites, out int token);
        queue.TryOffer(_region.DeviceAddress, 100, BufferUse.DeviceWrites, out _);
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
        queue.TryOffer(_region.DeviceAddress, 100, BufferUse.DeviceWrites, out _);
        queue.Publish();
        device.SetUsedIndex((ushort)index);
        Assert.Equal(TakeResult.Broken, queue.TryTake(out _, out _));
    }

    [Fact]
    public void A_device_is_kicked_only_when_the_index_passes_its_event()
    {
        (SplitQueue queue, FakeQueue device) = Make(true);
        queue.TryOffer(_region.DeviceAddress, 1, BufferUse.DeviceReads, out _);
        Assert.True(queue.Publish());
        Assert.False(queue.Publish());
        device.SetAvailableEvent(3);
        queue.TryOffer(_region.DeviceAddress, 1, BufferUse.DeviceReads, out _);
        queue.TryOffer(_region.DeviceAddress, 1, BufferUse.DeviceReads, out _);
        Assert.False(queue.Publish());
        queue.TryOffer(_region.DeviceAddress, 1, BufferUse.DeviceReads, out _);
        Assert.True(queue.Publish());
    }

    [Fact]
    public void Without_the_event_index_flags_say_who_wants_to_be_told()
    {
        (SplitQueue queue, FakeQueue device) = Make(false);
        device.SetUsedFlags(1);
        queue.TryOffer(_region.DeviceAddress, 1, BufferUse.DeviceReads, out _);
        Assert.False(queue.Publish());
        queue.DisableInterrupts();
        Assert.Equal(1, device.AvailableFlags);
        Assert.False(queue.EnableInterrupts());
        Assert.Equal(0, device.AvailableFlags);
        device.Complete(0, 0);
        Assert.True(queue.EnableInterrupts());
    }

    private (SplitQueue Queue, FakeQueue Device) Make(bool hasEventIndex)
    {
        SplitQueue queue = new(_region, 0, Size, hasEventIndex);
        return (queue, new FakeQueue(_memory, queue.Addresses, Size));
    }
}

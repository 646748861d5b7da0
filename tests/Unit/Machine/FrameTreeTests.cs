using System;
using System.Collections.Generic;
using System.Linq;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.Machine;

public sealed class FrameTreeTests
{
    private readonly FrameTree _tree = new();

    public FrameTreeTests() => HostedMachine.Start(memoryBytes: 4 << 20);

    [Theory]
    [InlineData(1, 20UL)]
    [InlineData(2, 3000UL)]
    [InlineData(3, 1UL << 30)]
    [InlineData(4, 1UL << 52)]
    public void Agrees_with_a_sorted_dictionary(int seed, ulong range)
    {
        ulong before = MemoryStatistics.AvailableBytes;
        Random random = new(seed);
        SortedDictionary<ulong, Frame> model = [];
        for (int step = 0; step < 3000; step++)
        {
            ulong index = random.Next(3) == 0 && model.Count > 0
                ? model.Keys.ElementAt(random.Next(model.Count))
                : (ulong)random.NextInt64((long)range);
            if (model.Remove(index, out Frame frame))
            {
                Assert.Equal(frame, _tree.Find(index));
                Assert.Equal(frame, _tree.Remove(index));
                frame.Release();
            }
            else if (model.Count < 40)
            {
                Assert.True(_tree.Find(index).IsNone);
                Assert.True(_tree.Remove(index).IsNone);
                Assert.True(Frame.TryAllocate(FrameFill.Leftover, out frame));
                Assert.True(_tree.TryAdd(index, frame));
                model.Add(index, frame);
            }

            Assert.Equal((ulong)model.Count, _tree.Count);
            ulong from = (ulong)random.NextInt64((long)range);
            Assert.Equal(model.Keys.Where(key => key >= from).Append(ulong.MaxValue).First(), _tree.Next(from));
        }

        foreach (KeyValuePair<ulong, Frame> pair in model)
        {
            _tree.Remove(pair.Key).Release();
        }

        Assert.Equal(before, MemoryStatistics.AvailableBytes);
        Assert.Equal(ulong.MaxValue, _tree.Next(0));
    }

    [Fact]
    public void The_largest_index_is_the_last()
    {
        Assert.True(Frame.TryAllocate(FrameFill.Zero, out Frame frame));
        Assert.True(_tree.TryAdd(FrameTree.IndexLimit - 1, frame));
        Assert.Equal(FrameTree.IndexLimit - 1, _tree.Next(9));
        Assert.True(_tree.Find(FrameTree.IndexLimit).IsNone);
        Assert.True(_tree.Find(ulong.MaxValue).IsNone);
        Assert.Throws<ArgumentOutOfRangeException>(() => _tree.TryAdd(FrameTree.IndexLimit, frame));
        Assert.Throws<InvalidOperationException>(() => _tree.TryAdd(FrameTree.IndexLimit - 1, frame));
    }

    [Fact]
    public void Without_memory_for_nodes_nothing_is_added_and_nothing_lost()
    {
        Assert.True(Frame.TryAllocate(FrameFill.Zero, out Frame frame));
        List<Frame> all = [];
        while (Frame.TryAllocate(FrameFill.Leftover, out Frame other))
        {
            all.Add(other);
        }

        Assert.False(_tree.TryAdd(1UL << 40, frame));
        Assert.Equal(0UL, _tree.Count);
        all[0].Release();
        all[1].Release();
        Assert.False(_tree.TryAdd(1UL << 40, frame));
        Assert.Equal(2UL * PageSize.Bytes, MemoryStatistics.AvailableBytes);
        Assert.True(_tree.TryAdd(3, frame));
    }
}

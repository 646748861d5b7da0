using System;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.Vfs;

public class EpollTests
{
    private readonly TestTree _tree = new();
    private readonly EpollFile _epoll;
    private readonly EventFile _event;

    public EpollTests()
    {
        _epoll = new EpollFile(_tree.Tree);
        _event = new EventFile(_tree.Tree, 0, isSemaphore: false, OpenFlags.NonBlock);
    }

    [Fact]
    public void Level_triggered_items_stay_ready()
    {
        Assert.Equal(Errno.None, _epoll.Add(3, _event, PollEvents.In, 42));
        Assert.Equal(Errno.EEXIST, _epoll.Add(3, _event, PollEvents.In, 42));
        Assert.Empty(Look());
        Add(1);
        Assert.Equal([new EpollReady(PollEvents.In, 42)], Look());
        Assert.Equal([new EpollReady(PollEvents.In, 42)], Look());
        Take();
        Assert.Empty(Look());
    }

    [Fact]
    public void Edge_triggered_items_are_told_once_an_event()
    {
        Assert.Equal(Errno.None, _epoll.Add(3, _event, PollEvents.In | PollEvents.EdgeTriggered, 1));
        Add(1);
        Assert.Single(Look());
        Assert.Empty(Look());
        Add(1);
        Assert.Single(Look());
    }

    [Fact]
    public void One_shot_items_wait_to_be_modified()
    {
        Assert.Equal(Errno.None, _epoll.Add(3, _event, PollEvents.In | PollEvents.OneShot, 1));
        Add(1);
        Assert.Single(Look());
        Add(1);
        Assert.Empty(Look());
        Assert.Equal(Errno.None, _epoll.Modify(3, _event, PollEvents.In, 2));
        Assert.Equal([new EpollReady(PollEvents.In, 2)], Look());
    }

    [Fact]
    public void Closing_a_file_removes_it()
    {
        Assert.Equal(Errno.None, _epoll.Add(3, _event, PollEvents.In, 1));
        Add(1);
        _event.Release();
        Assert.Empty(Look());
        Assert.Equal(Errno.ENOENT, _epoll.Remove(3, _event));
    }

    [Fact]
    public void Nested_lists_are_ready_with_their_items_and_circles_are_refused()
    {
        EpollFile outer = new(_tree.Tree);
        Assert.Equal(Errno.None, _epoll.Add(3, _event, PollEvents.In, 1));
        Assert.Equal(Errno.None, outer.Add(4, _epoll, PollEvents.In, 9));
        Assert.Equal(Errno.ELOOP, _epoll.Add(5, outer, PollEvents.In, 0));
        Assert.Equal(Errno.EINVAL, _epoll.Add(5, _epoll, PollEvents.In, 0));
        Add(1);
        EpollReady[] ready = new EpollReady[4];
        Assert.Equal(1, outer.Wait(ready, default).Value);
        Assert.Equal(9UL, ready[0].Data);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Five_lists_stand_above_each_other_whichever_is_added_first(bool isFromOutside)
    {
        EpollFile last = _epoll;
        for (int i = 0; i < 4; i++)
        {
            EpollFile next = new(_tree.Tree);
            Assert.Equal(Errno.None, isFromOutside ? last.Add(3, next, PollEvents.In, 1) : next.Add(3, last, PollEvents.In, 1));
            last = next;
        }

        EpollFile sixth = new(_tree.Tree);
        Assert.Equal(Errno.ELOOP, isFromOutside ? last.Add(3, sixth, PollEvents.In, 1) : sixth.Add(3, last, PollEvents.In, 1));
        EpollFile bottom = isFromOutside ? last : _epoll;
        EpollFile top = isFromOutside ? _epoll : last;
        Assert.Equal(Errno.None, bottom.Add(9, _event, PollEvents.In, 1));
        Assert.Equal(PollEvents.None, top.Poll());
        Add(1);
        Assert.Equal(PollEvents.Readable, top.Poll());
        Take();
        Assert.Equal(PollEvents.None, top.Poll());
        Assert.Equal(Errno.ELOOP, bottom.Add(3, top, PollEvents.In, 1));
    }

    [Fact]
    public void Few_ways_lead_from_a_file_through_several_lists()
    {
        EpollFile[] outer = new EpollFile[600];
        for (int i = 0; i < outer.Length; i++)
        {
            outer[i] = new EpollFile(_tree.Tree);
            Assert.Equal(Errno.None, outer[i].Add(3, _event, PollEvents.In, 1)); // ways of one list may be many
        }

        Assert.Equal(Errno.None, _epoll.Add(3, _event, PollEvents.In, 1));
        for (int i = 0; i < 500; i++)
        {
            Assert.Equal(Errno.None, outer[i].Add(4, _epoll, PollEvents.In, 1));
        }

        Assert.Equal(Errno.EINVAL, outer[500].Add(4, _epoll, PollEvents.In, 1));
        Assert.Equal(Errno.ENOENT, outer[500].Remove(4, _epoll));
        Assert.Equal(Errno.None, outer[0].Remove(4, _epoll));
        Assert.Equal(Errno.None, outer[500].Add(4, _epoll, PollEvents.In, 1));
    }

    [Fact]
    public void Files_that_are_always_ready_are_refused()
    {
        _tree.WriteFile("/f", "x");
        Assert.Equal(Errno.EPERM, _epoll.Add(3, _tree.Open("/f", OpenFlags.ReadOnly).Value, PollEvents.In, 0));
    }

    [Fact]
    public void A_round_goes_on_where_a_batch_ended_and_tells_each_item_once()
    {
        Add(1);
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(Errno.None, _epoll.Add(10 + i, _event, PollEvents.In, (ulong)i));
        }

        Span<EpollReady> batch = stackalloc EpollReady[4];
        ulong seen = 0;
        int total = 0;
        int count = _epoll.Wait(batch, default, out ulong round).Value;
        for (; count > 0; count = _epoll.TakeMore(batch, round))
        {
            total += count;
            foreach (EpollReady ready in batch[..count])
            {
                seen |= 1UL << (int)ready.Data;
            }
        }

        Assert.Equal(10, total);
        Assert.Equal(0x3ffUL, seen);
        Assert.Equal(8, Look().Length);
    }

    [Fact]
    public void Items_that_stay_ready_take_turns_when_not_all_are_told_at_once()
    {
        Add(1);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(Errno.None, _epoll.Add(10 + i, _event, PollEvents.In, (ulong)i));
        }

        Span<EpollReady> batch = stackalloc EpollReady[2];
        ulong next = 0;
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(2, _epoll.Wait(batch, default(Instant)).Value);
            Assert.Equal((next, (next + 1) % 5), (batch[0].Data, batch[1].Data));
            next = (next + 2) % 5;
        }

        Assert.Equal(Errno.None, _epoll.Remove(10, _event));
        Assert.Equal(4, Look().Length);
        Take();
        Assert.Empty(Look());
    }

    private EpollReady[] Look()
    {
        EpollReady[] ready = new EpollReady[8];
        int count = _epoll.Wait(ready, default(Instant)).Value;
        return ready.AsSpan(0, count).ToArray();
    }

    private void Add(ulong value)
    {
        DataSource source = new(BitConverter.GetBytes(value));
        Assert.Equal(8, _event.Write(ref source).Value);
    }

    private void Take()
    {
        DataSink sink = new(new byte[8]);
        Assert.Equal(8, _event.Read(ref sink).Value);
    }
}

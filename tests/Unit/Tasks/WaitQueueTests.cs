using System;
using System.Collections.Generic;
using Mote.Kernel.Tasks;
using Xunit;

namespace Mote.Tests.Unit.Tasks;

public sealed class WaitQueueTests
{
    private readonly WaitQueue _queue = new();
    private readonly List<string> _notified = [];

    [Fact]
    public void Those_who_share_come_before_exclusive_ones_and_either_in_their_order()
    {
        Add("exclusive 1", isExclusive: true);
        Add("shared 1");
        Add("exclusive 2", isExclusive: true);
        Add("shared 2");
        Add("shared 3");
        Assert.Equal(1, _queue.Wake(1));
        Assert.Equal(["shared 1", "shared 2", "shared 3", "exclusive 1"], _notified);
    }

    [Fact]
    public void The_newest_exclusive_one_may_be_the_first()
    {
        Add("shared");
        Add("old", isExclusive: true, isNewestFirst: true);
        Add("new", isExclusive: true, isNewestFirst: true);
        _queue.WakeAll();
        Assert.Equal(["shared", "new", "old"], _notified);
    }

    [Fact]
    public void Whoever_is_added_again_stands_at_the_end_of_its_kind()
    {
        NamedWaiter first = Add("first");
        Add("second");
        Add("exclusive", isExclusive: true);
        _queue.Add(first);
        _queue.WakeAll();
        Assert.Equal(["second", "first", "exclusive"], _notified);
    }

    [Fact]
    public void Any_order_of_leaving_keeps_the_order_of_those_who_stay()
    {
        Random random = new(5);
        List<NamedWaiter> shared = [], exclusive = [];
        for (int i = 0; i < 3000; i++)
        {
            List<NamedWaiter> kind = random.Next(2) == 0 ? shared : exclusive;
            if (random.Next(5) < 3)
            {
                kind.Add(Add($"{i}", isExclusive: kind == exclusive));
            }
            else if (kind.Count > 0)
            {
                int at = random.Next(kind.Count);
                _queue.Remove(kind[at]);
                kind.RemoveAt(at);
            }

            _notified.Clear();
            _queue.WakeAll();
            Assert.Equal([.. shared.ConvertAll(waiter => waiter.Name), .. exclusive.ConvertAll(waiter => waiter.Name)], _notified);
        }
    }

    private NamedWaiter Add(string name, bool isExclusive = false, bool isNewestFirst = false)
    {
        NamedWaiter waiter = new(name, _notified) { IsExclusive = isExclusive };
        _queue.Add(waiter, isNewestFirst);
        return waiter;
    }

    private sealed class NamedWaiter(string name, List<string> notified) : Waiter
    {
        public string Name => name;

        public override bool Notify(uint events)
        {
            notified.Add(name);
            return true;
        }
    }
}

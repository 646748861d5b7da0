using System;
using System.Collections.Generic;
using System.Linq;
using Mote.Kernel.Tasks;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.Tasks;

public sealed class TimerQueueTests
{
    private readonly TimerQueue _queue = new();

    [Fact]
    public void Without_timers_nothing_is_due()
    {
        Assert.True(_queue.Earliest.IsNever);
        _queue.ExpireDue(At(1000));
        _queue.Cancel(new Recorder());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Agrees_with_a_sorted_list(int seed)
    {
        Random random = new(seed);
        Recorder[] timers = [.. Enumerable.Range(0, 60).Select(_ => new Recorder())];
        Dictionary<Recorder, ulong> armed = [];
        ulong now = 0;
        for (int step = 0; step < 5000; step++)
        {
            Recorder timer = timers[random.Next(timers.Length)];
            switch (random.Next(5))
            {
                case 0:
                    _queue.Cancel(timer);
                    armed.Remove(timer);
                    break;
                case 1:
                    now += (ulong)random.Next(40);
                    HashSet<Recorder> due = [.. armed.Where(pair => pair.Value <= now).Select(pair => pair.Key)];
                    List<Recorder> expired = [];
                    Array.ForEach(timers, t => t.Expired = expired);
                    _queue.ExpireDue(At(now));
                    Assert.Equal(due, [.. expired]);
                    Assert.Equal(expired.Select(t => armed[t]).Order(), expired.Select(t => armed[t]));
                    expired.ForEach(t => armed.Remove(t));
                    break;
                default:
                    armed[timer] = now + (ulong)random.Next(200);
                    _queue.Arm(timer, At(armed[timer]));
                    break;
            }

            Assert.Equal(armed.Count == 0 ? Instant.Never : At(armed.Values.Min()), _queue.Earliest);
            Assert.All(timers, t => Assert.Equal(armed.ContainsKey(t), t.IsArmed));
        }
    }

    [Fact]
    public void A_timer_may_arm_itself_again_while_it_expires()
    {
        Again timer = new(_queue);
        _queue.Arm(timer, At(10));
        _queue.ExpireDue(At(25));
        Assert.Equal(2, timer.Times);
        Assert.Equal(At(30), _queue.Earliest);
    }

    private static Instant At(ulong nanoseconds) => default(Instant).Plus(nanoseconds);

    private sealed class Recorder : TimerNode
    {
        public List<Recorder> Expired { get; set; } = [];

        public override void Expire(Instant now) => Expired.Add(this);
    }

    private sealed class Again(TimerQueue queue) : TimerNode
    {
        private ulong _next = 10;

        public int Times { get; private set; }

        public override void Expire(Instant now)
        {
            Times++;
            _next += 10;
            queue.Arm(this, At(_next));
        }
    }
}

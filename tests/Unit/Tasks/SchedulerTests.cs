using System;
using System.Collections.Generic;
using Mote.Kernel.Tasks;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.Tasks;

public sealed class SchedulerTests
{
    private readonly Scheduler _scheduler = new();
    private readonly List<string> _events = [];
    private int _running;

    public SchedulerTests()
    {
        HostedMachine.Start();
        _scheduler.AdoptIdle(new IdleThread(_scheduler));
    }

    [Fact]
    public void Threads_take_turns_in_the_order_they_became_ready()
    {
        Start("a", t =>
        {
            _events.Add("a1");
            t.Scheduler.Yield();
            _events.Add("a2");
        });
        Start("b", _ => _events.Add("b"));
        Run();
        Assert.Equal(["a1", "b", "a2"], _events);
    }

    [Fact]
    public void A_waiter_is_woken_once_and_in_order()
    {
        WaitQueue queue = new();
        for (int i = 0; i < 3; i++)
        {
            int n = i;
            Start("w", _ => _events.Add($"{n} {queue.Wait(Instant.Never, isInterruptible: true, isExclusive: true)}"));
        }

        Start("waker", t =>
        {
            Assert.Equal(1, queue.Wake(1));
            t.Scheduler.Yield();
            Assert.Equal(2, queue.Wake(5));
            Assert.Equal(2, queue.Wake(0) + 2);
        });
        Run();
        Assert.Equal(["0 Woken", "1 Woken", "2 Woken"], _events);
        Assert.True(queue.IsEmpty);
    }

    [Fact]
    public void Deadlines_pass_in_order_and_time_jumps_there_when_idle()
    {
        WaitQueue queue = new();
        Start("late", _ => _events.Add($"late {queue.Wait(new Instant(3_000))} {Clock.Now.Nanoseconds}"));
        Start("early", _ => _events.Add($"early {queue.Wait(new Instant(1_000))} {Clock.Now.Nanoseconds}"));
        Start("past", _ => _events.Add($"past {queue.Wait(new Instant(0))}"));
        Run();
        Assert.Equal(["past TimedOut", "early TimedOut 1000", "late TimedOut 3000"], _events);
    }

    [Fact]
    public void An_interruption_ends_an_interruptible_wait_now_or_at_its_start()
    {
        WaitQueue queue = new();
        KernelThread sleeper = Start("sleeper", t =>
        {
            _events.Add(queue.Wait(Instant.Never).ToString());
            _events.Add(queue.Wait(Instant.Never).ToString());
            t.IsInterruptPending = false;
            _events.Add(queue.Wait(new Instant(10), isInterruptible: false, isExclusive: false).ToString());
        });
        Start("other", _ => sleeper.Interrupt());
        Run();
        Assert.Equal(["Interrupted", "Interrupted", "TimedOut"], _events);
    }

    [Fact]
    public void Held_threads_go_on_where_they_were_and_see_then_what_came_meanwhile()
    {
        WaitQueue queue = new();
        List<KernelThread> held =
        [
            Start("ready", _ => _events.Add("ready")),
            Start("woken", _ => _events.Add($"woken {queue.Wait(Instant.Never)}")),
            Start("late", _ => _events.Add($"late {new WaitQueue().Wait(new Instant(1_000), isInterruptible: false, isExclusive: false)}")),
            Start("interrupted", _ => _events.Add($"interrupted {new WaitQueue().Wait(Instant.Never)}")),
            Start("waits", _ => _events.Add($"waits {new WaitQueue().Wait(new Instant(9_000))} {Clock.Now.Nanoseconds}")),
        ];
        KernelThread busy = Start("busy", t =>
        {
            t.Scheduler.Yield();
            _events.Add("busy");
        });
        Start("holder", t =>
        {
            held.Add(busy);
            t.Scheduler.Hold(held);
            Assert.All(held, thread => Assert.True(thread.State is ThreadState.Held or ThreadState.Exited));
            Assert.True(held[4].IsWaiting);
            Assert.False(busy.IsWaiting);
            queue.WakeAll();
            held[3].Interrupt();
            new WaitQueue().Wait(new Instant(5_000));
            _events.Add($"released at {Clock.Now.Nanoseconds}");
            t.Scheduler.Release(held);
            t.Scheduler.Release(held);
        });
        Run();
        Assert.Equal(["ready", "released at 5000", "woken Woken", "late TimedOut", "interrupted Interrupted", "busy", "waits TimedOut 9000"], _events);
    }

    [Fact]
    public void Timers_expire_by_deadline_whatever_order_they_were_armed_in()
    {
        Random random = new(3);
        TimerQueue timers = new();
        List<(ulong, int)> fired = [];
        List<TestTimer> nodes = [];
        for (int i = 0; i < 200; i++)
        {
            TestTimer node = new((now, self) => fired.Add((now.Nanoseconds, self)), i);
            nodes.Add(node);
            timers.Arm(node, new Instant((ulong)random.Next(1, 1000)));
        }

        for (int i = 0; i < 200; i += 3)
        {
            timers.Cancel(nodes[i]);
            timers.Arm(nodes[i], new Instant((ulong)random.Next(1, 1000)));
        }

        for (int i = 0; i < 200; i += 7)
        {
            timers.Cancel(nodes[i]);
        }

        ulong last = 0;
        while (!timers.Earliest.IsNever)
        {
            Assert.True(timers.Earliest.Nanoseconds >= last);
            last = timers.Earliest.Nanoseconds;
            timers.ExpireDue(timers.Earliest);
        }

        Assert.Equal(200 - 29, fired.Count);
        Assert.All(nodes, n => Assert.False(n.IsArmed));
    }

    [Fact]
    public void The_time_that_nobody_wants_the_CPU_is_counted()
    {
        ulong before = _scheduler.IdleNs;
        Instant start = Clock.Now;
        Start("sleeper", t => new WaitQueue().Wait(start.Plus(5_000_000)));
        Run();
        Assert.InRange(_scheduler.IdleNs - before, 4_000_000ul, Clock.Now.Since(start));
    }

    private TestThread Start(string name, Action<KernelThread> body)
    {
        Assert.True(ContextSlot.TryCreate(out ContextSlot? slot));
        _running++;
        TestThread thread = new(_scheduler, slot!, t =>
        {
            body(t);
            _running--;
        });
        Assert.NotNull(name);
        _scheduler.Start(thread);
        return thread;
    }

    [Fact]
    public void A_thread_that_computes_alone_is_left_alone_and_its_time_is_the_programs()
    {
        int interrupts = 0;
        KernelThread? seen = null;
        Start("computes", thread =>
        {
            seen = thread;
            interrupts = InProgram(TenSeconds);
            _scheduler.ArmForUser(); // it has entered the kernel at last
        });
        Run();
        Assert.InRange(interrupts, 0, 2);
        Assert.Equal(0UL, seen!.SystemSamples);
        Assert.InRange(seen.UserSamples, 950UL, 1050UL);
    }

    [Fact]
    public void A_thread_that_stays_in_the_kernel_is_found_there()
    {
        KernelThread? seen = null;
        Start("calls", thread =>
        {
            seen = thread;
            InProgram(TenSeconds / 100);
            for (ulong past = 0; past < TenSeconds; past += Step)
            {
                HostedClock.Advance(Step); // a call that takes long
                ReturnToProgram(isBehindCall: true);
            }
        });
        Run();
        Assert.InRange(seen!.SystemSamples, 900UL, 1010UL);
        Assert.InRange(seen.UserSamples, 5UL, 75UL);
    }

    private const ulong TenSeconds = 10_000_000_000;
    private const ulong Step = 1_000_000;

    /// <summary>The program computes; gives the interrupts that it had.</summary>
    private int InProgram(ulong nanoseconds)
    {
        int interrupts = 0;
        for (ulong past = 0; past < nanoseconds; past += Step)
        {
            HostedClock.Advance(Step);
            interrupts += Interrupts.IsPending ? 1 : 0;
            if (Interrupts.IsPending)
            {
                ReturnToProgram(isBehindCall: false);
            }
        }

        return interrupts;
    }

    /// <summary>What the thread's loop does: arms the timer, and takes the interrupt that is pending.</summary>
    private void ReturnToProgram(bool isBehindCall)
    {
        Arm();
        if (Interrupts.IsPending)
        {
            _scheduler.HandleInterrupts();
            _scheduler.TrySample(isBehindCall);
            Arm();
        }

        void Arm()
        {
            if (_scheduler.IsArmingDue)
            {
                _scheduler.ArmForUser();
            }
        }
    }

    private void Run() => _scheduler.RunIdle(() => _running == 0);

    private sealed class IdleThread(Scheduler scheduler) : KernelThread(scheduler, CpuContext.Current)
    {
        public override void Run()
        {
        }
    }

    private sealed class TestThread(Scheduler scheduler, ContextSlot slot, Action<KernelThread> body) : KernelThread(scheduler, slot)
    {
        public override void Run()
        {
            body(this);
            Scheduler.Exit();
        }
    }

    private sealed class TestTimer(Action<Instant, int> onExpire, int number) : TimerNode
    {
        public override void Expire(Instant now) => onExpire(now, number);
    }
}

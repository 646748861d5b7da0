using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Xunit;

namespace Mote.Tests.Unit.Processes;

public class SignalQueueTests
{
    [Fact]
    public void Standard_signals_come_once_and_real_time_ones_in_order()
    {
        SignalQueue queue = new();
        SignalSet all = new(ulong.MaxValue);
        Add(queue, Signal.SIGRTMIN + 1, 10);
        Add(queue, Signal.SIGUSR1, 1);
        Add(queue, Signal.SIGRTMIN + 1, 20);
        Add(queue, Signal.SIGUSR1, 2);
        Add(queue, Signal.SIGRTMIN, 30);
        Assert.Equal((Signal.SIGUSR1, 1UL), Take(queue, all));
        Assert.Equal((Signal.SIGRTMIN, 30UL), Take(queue, all));
        Assert.Equal((Signal.SIGRTMIN + 1, 10UL), Take(queue, all));
        Assert.True(queue.Set.Contains(Signal.SIGRTMIN + 1));
        Assert.Equal((Signal.SIGRTMIN + 1, 20UL), Take(queue, all));
        Assert.True(queue.Set.IsEmpty);
        Assert.False(queue.TryTake(all, out _));
    }

    [Fact]
    public void Only_wanted_signals_are_taken()
    {
        SignalQueue queue = new();
        Add(queue, Signal.SIGHUP, 1);
        Add(queue, Signal.SIGTERM, 2);
        Assert.Equal((Signal.SIGTERM, 2UL), Take(queue, ~SignalSet.Of(Signal.SIGHUP)));
        Assert.False(queue.TryTake(~SignalSet.Of(Signal.SIGHUP), out _));
        queue.Remove(SignalSet.Of(Signal.SIGHUP));
        Assert.True(queue.Set.IsEmpty);
    }

    [Fact]
    public void Many_of_one_signal_do_not_stand_in_the_way_of_another()
    {
        SignalQueue queue = new();
        SignalSet all = new(ulong.MaxValue);
        const int Many = 100_000;
        for (int i = 0; i < Many; i++)
        {
            Add(queue, Signal.SIGRTMIN + 5, (ulong)i);
            Add(queue, Signal.SIGRTMIN + 3, (ulong)i);
        }

        for (int i = 0; i < 2 * Many; i++)
        {
            Assert.Equal((i < Many ? Signal.SIGRTMIN + 3 : Signal.SIGRTMIN + 5, (ulong)(i % Many)), Take(queue, all));
        }

        Assert.True(queue.Set.IsEmpty);
        Add(queue, Signal.SIGRTMIN, 1);
        Add(queue, Signal.SIGRTMIN + 1, 2);
        Add(queue, Signal.SIGRTMIN, 3);
        queue.Remove(SignalSet.Of(Signal.SIGRTMIN));
        Assert.Equal((Signal.SIGRTMIN + 1, 2UL), Take(queue, all));
        Assert.True(queue.Set.IsEmpty);
    }

    [Fact]
    public void Information_survives_the_way_through_bytes()
    {
        SignalInfo info = SignalInfo.FromProcess(Signal.SIGTERM, SignalInfo.Queue, 42, 1000);
        info.Word1 = 0xdead_beef;
        byte[] bytes = new byte[SignalInfo.Bytes];
        info.WriteTo(bytes);
        Assert.Equal(15, bytes[0]);
        Assert.Equal(42, bytes[16]);
        Assert.Equal(info, SignalInfo.ReadFrom(bytes));
    }

    private static void Add(SignalQueue queue, Signal signal, ulong value) =>
        Assert.Equal(Errno.None, queue.Add(new SignalInfo { Number = (int)signal, Word1 = value }));

    private static (Signal Signal, ulong Value) Take(SignalQueue queue, SignalSet wanted)
    {
        Assert.True(queue.TryTake(wanted, out SignalInfo info));
        return (info.Signal, info.Word1);
    }
}

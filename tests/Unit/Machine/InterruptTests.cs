using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.Machine;

public sealed class InterruptTests
{
    private const int Many = 1 << 16;

    private readonly Card _card = new();
    private readonly InterruptLine _line;

    public InterruptTests()
    {
        HostedMachine.Start();
        Assert.True(Interrupts.TryAllocate(_card, out InterruptLine? line));
        _line = line!;
    }

    [Fact]
    public void A_card_whose_interrupt_never_stops_is_stopped()
    {
        HostedClock.Advance(1_000_000_000);
        Raise(Many);
        Assert.Equal(0, _card.Floods); // as many in a second are none
        HostedClock.Advance(100_000_000);
        Raise(Many);
        Assert.Equal(1, _card.Floods);
        Assert.Equal(2 * Many, _card.Handled);
    }

    [Fact]
    public void A_busy_card_is_left_alone()
    {
        for (int i = 0; i < 20; i++)
        {
            HostedClock.Advance(200_000_000);
            Raise(Many);
        }

        Assert.Equal(0, _card.Floods);
    }

    [Fact]
    public void Interrupts_without_a_device_do_no_harm()
    {
        HostedInterrupts.Raise(_line);
        HostedInterrupts.Raise(_line);
        Assert.False(Interrupts.Dispatch());
        Assert.False(Interrupts.Dispatch());
        Assert.Equal(1, _card.Handled);
    }

    private void Raise(int count)
    {
        for (int i = 0; i < count; i++)
        {
            HostedInterrupts.Raise(_line);
            Assert.False(Interrupts.Dispatch());
        }
    }

    private sealed class Card : InterruptHandler
    {
        public int Handled { get; private set; }

        public int Floods { get; private set; }

        public override void Handle() => Handled++;

        public override void OnFlood() => Floods++;
    }
}

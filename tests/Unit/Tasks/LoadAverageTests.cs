using Mote.Kernel.Tasks;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.Tasks;

/// <summary>The figures are those that Linux comes to.</summary>
public sealed class LoadAverageTests
{
    private const ulong SecondNs = 1_000_000_000;
    private readonly LoadAverage _load;
    private readonly Instant _start;

    public LoadAverageTests()
    {
        HostedMachine.Start();
        _start = Clock.Now;
        _load = new LoadAverage();
    }

    [Fact]
    public void One_thread_for_a_minute()
    {
        _load.Account(_start.Plus(60 * SecondNs), 1);
        Assert.Equal("0.63 0.18 0.06", Text());
    }

    [Fact]
    public void It_comes_to_the_number_and_goes_back_to_nothing()
    {
        _load.Account(_start.Plus(3 * 3600 * SecondNs), 3);
        Assert.Equal("3.00 3.00 3.00", Text());
        _load.Account(_start.Plus(6 * 3600 * SecondNs), 0);
        Assert.Equal("0.00 0.00 0.00", Text());
    }

    [Fact]
    public void Nothing_changes_before_a_step_is_due()
    {
        Assert.False(_load.IsDue(_start.Plus(4 * SecondNs)));
        _load.Account(_start.Plus(4 * SecondNs), 100);
        Assert.Equal("0.00 0.00 0.00", Text());
        Assert.True(_load.IsDue(_start.Plus(5 * SecondNs)));
    }

    private string Text() => $"{Text(_load.OneMinute)} {Text(_load.FiveMinutes)} {Text(_load.FifteenMinutes)}";

    private static string Text(ulong load) => ((double)load / (1 << LoadAverage.FractionBits)).ToString("0.00", System.Globalization.CultureInfo.InvariantCulture);
}

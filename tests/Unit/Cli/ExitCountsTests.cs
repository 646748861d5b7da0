using Mote.Cli.Bench;
using Xunit;

namespace Mote.Tests.Unit.Cli;

public sealed class ExitCountsTests
{
    private const string Text = """
        histogram kvm_exit
        # event histogram
        #
        # trigger info: hist:keys=exit_reason:vals=hitcount:sort=hitcount:size=1024 [active]
        #

        { exit_reason:        123 } hitcount:          7
        { exit_reason:        120 } hitcount:         21
        { exit_reason:         96 } hitcount:        250

        Totals:
            Hits: 28
            Entries: 2
            Dropped: 0
        histogram kvm_pio
        { port: 3f8, rw:          1 } hitcount:         20
        { port: cfc, rw:          0 } hitcount:          1
        histogram kvm_msr
        { ecx: 6e0, write:          1 } hitcount:          5
        """;

    [Fact]
    public void Histograms_are_added_up_by_reason_port_and_msr()
    {
        ExitCounts counts = ExitCounts.Parse(Text);
        Assert.Equal(28, counts.All);
        Assert.Equal(21, counts.Reasons["halt"]);
        Assert.False(counts.Reasons.ContainsKey("reason 96")); // the computer's own
        Assert.Equal(20, counts.Reasons["write port 3f8"]);
        Assert.Equal(1, counts.Reasons["read port cfc"]);
        Assert.Equal(5, counts.Reasons["write msr 6e0"]);
        Assert.Equal("halt 21, write port 3f8 20", counts.Text(2));
    }

    [Fact]
    public void A_difference_has_the_reasons_of_both()
    {
        ExitCounts difference = ExitCounts.Parse(Text) - ExitCounts.Parse("histogram kvm_exit\n{ exit_reason: 120 } hitcount: 1\n");
        Assert.Equal(27, difference.All);
        Assert.Equal(20, difference.Reasons["halt"]);
        Assert.Equal(7, difference.Reasons["port"]);
    }
}

using Mote.Cli.Commands;
using Xunit;

namespace Mote.Tests.Unit.Cli;

public sealed class TestCountsTests
{
    [Fact]
    public void CountsEveryOutcomeOfATrxFile()
    {
        const string Trx = """
            <?xml version="1.0" encoding="utf-8"?>
            <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
              <Results>
                <UnitTestResult testName="a" outcome="Passed" />
                <UnitTestResult testName="b" outcome="Passed" />
                <UnitTestResult testName="c" outcome="Failed" />
                <UnitTestResult testName="d" outcome="NotExecuted" />
                <UnitTestResult testName="e" outcome="Timeout" />
                <UnitTestResult testName="f" />
              </Results>
              <ResultSummary outcome="Failed" />
            </TestRun>
            """;
        Assert.Equal(new TestCounts(2, 3, 1), TestCounts.TryReadTrx(Trx));
    }

    [Fact]
    public void HostThatCrashedIsAFailureAlthoughAllResultsPassed() =>
        Assert.Equal(
            new TestCounts(1, 1, 0),
            TestCounts.TryReadTrx("""<TestRun><Results><UnitTestResult outcome="Passed" /></Results><ResultSummary outcome="Failed" /></TestRun>"""));

    [Theory]
    [InlineData("")]
    [InlineData("<TestRun>")]
    [InlineData("<Other />")]
    public void WhatIsNoTrxFileHasNoCounts(string text) => Assert.Null(TestCounts.TryReadTrx(text));
}

using Mote.Cli.Commands;
using Xunit;

namespace Mote.Tests.Unit.Cli;

public sealed class TestFilterTests
{
    [Fact]
    public void Adds_a_filter_where_there_is_none() =>
        Assert.Equal(["-v", "n", "--filter", "Category=Long"], TestFilter.Narrow(["-v", "n"], "Category=Long"));

    [Theory]
    [InlineData(new object[] { new[] { "--filter", "A|B", "-v" } })]
    [InlineData(new object[] { new[] { "--filter=A|B", "-v" } })]
    public void Joins_the_filter_that_is_there(string[] arguments) =>
        Assert.Equal(["-v", "--filter", "(Category!=Long)&(A|B)"], TestFilter.Narrow(arguments, "Category!=Long"));
}

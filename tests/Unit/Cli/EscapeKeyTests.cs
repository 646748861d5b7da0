using System;
using System.Text;
using Mote.Cli.Terminals;
using Xunit;

namespace Mote.Tests.Unit.Cli;

public sealed class EscapeKeyTests
{
    private readonly EscapeKey _key = new();

    [Fact]
    public void ThreePressesWithinASecond()
    {
        Assert.False(Press("\u001d", 0));
        Assert.False(Press("\u001d", 500));
        Assert.True(Press("\u001d", 1000));
    }

    [Fact]
    public void AtOnce() => Assert.True(Press("x\u001d\u001d\u001d", 0));

    [Fact]
    public void OtherKeysBetweenDoNotCount() => Assert.False(Press("\u001d\u001dx\u001d", 0));

    [Fact]
    public void SlowPressesDoNotCount()
    {
        Assert.False(Press("\u001d", 0));
        Assert.False(Press("\u001d", 900));
        Assert.False(Press("\u001d", 1900));
        Assert.False(Press("\u001d", 2000));
        Assert.True(Press("\u001d", 2100));
    }

    private bool Press(string keys, int milliseconds) => _key.IsCompletedBy(Encoding.ASCII.GetBytes(keys), TimeSpan.FromMilliseconds(milliseconds));
}

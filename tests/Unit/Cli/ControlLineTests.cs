using System.Collections.Generic;
using System.Text;
using Mote.Cli.Vmm;
using Xunit;

namespace Mote.Tests.Unit.Cli;

public sealed class ControlLineTests
{
    [Fact]
    public void KnowsEachKind()
    {
        Assert.Equal(new ControlLine(ControlLineKind.Log, "booted in 3 ms", 0), ControlLine.Parse("log booted in 3 ms"));
        Assert.Equal(new ControlLine(ControlLineKind.Strace, "write(1, \"a\", 1) = 1", 0), ControlLine.Parse("strace write(1, \"a\", 1) = 1"));
        Assert.Equal(new ControlLine(ControlLineKind.Crash, "  rip 0", 0), ControlLine.Parse("crash   rip 0"));
        Assert.Equal(new ControlLine(ControlLineKind.Crash, "", 0), ControlLine.Parse("crash"));
        Assert.Equal(new ControlLine(ControlLineKind.Stopped, "", 20), ControlLine.Parse("stopped 20"));
        Assert.Equal(new ControlLine(ControlLineKind.Exit, "", 139), ControlLine.Parse("exit 139"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("exit")]
    [InlineData("exit 256")]
    [InlineData("exit -1")]
    [InlineData("exit 1 2")]
    [InlineData("EXIT 1")]
    [InlineData("future thing")]
    public void KeepsWhatItDoesNotKnow(string line) => Assert.Equal(new ControlLine(ControlLineKind.Unknown, line, 0), ControlLine.Parse(line));

    [Fact]
    public void LinesMayComeInPieces()
    {
        List<string> lines = [];
        LineSplitter splitter = new(lines.Add);
        foreach (byte b in Encoding.UTF8.GetBytes("log ü\r\n\nexit 0"))
        {
            splitter.Add([b]);
        }

        splitter.End();
        Assert.Equal(["log ü", "", "exit 0"], lines);
    }

    [Fact]
    public void EndlessLineIsHandedOnInParts()
    {
        List<string> lines = [];
        LineSplitter splitter = new(lines.Add);
        splitter.Add(new byte[200_000]);
        splitter.Add("\n"u8);
        Assert.Equal([65536, 65536, 65536, 200_000 - (3 * 65536)], lines.ConvertAll(line => line.Length));
    }
}

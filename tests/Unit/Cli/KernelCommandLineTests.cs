using System.Collections.Generic;
using Mote.Cli.Vmm;
using Xunit;

namespace Mote.Tests.Unit.Cli;

public sealed class KernelCommandLineTests
{
    [Fact]
    public void WritesEveryPart()
    {
        string text = new KernelCommandLine()
            .Executable("/app/hello")
            .Arguments(["hello", "one two", ""])
            .Environment([new KeyValuePair<string, string>("PATH", "/bin:/usr/bin")])
            .WorkingDirectory("/tmp")
            .WallClock(1_700_000_000_000_000_000)
            .Flag("mote.strace")
            .ToString();

        Assert.Equal(
            "mote.exec=/app/hello mote.arg=hello mote.arg=one%20two mote.arg= mote.env=PATH%3D/bin:/usr/bin mote.cwd=/tmp mote.time=1700000000000000000 mote.strace",
            text);
    }

    [Theory]
    [InlineData("A-Z.az_09,:@+/", "A-Z.az_09,:@+/")]
    [InlineData("100%", "100%25")]
    [InlineData("a\nb\t\"c\"'", "a%0Ab%09%22c%22%27")]
    [InlineData("größe", "gr%C3%B6%C3%9Fe")]
    [InlineData("😀", "%F0%9F%98%80")]
    [InlineData("a=b;c\\", "a%3Db%3Bc%5C")]
    public void EncodesTheBytesOfUtf8(string argument, string encoded) =>
        Assert.Equal("mote.arg=" + encoded, new KernelCommandLine().Arguments([argument]).ToString());
}

using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using Mote.Cli;
using Mote.Cli.Commands;
using Xunit;

namespace Mote.Tests.Unit.Cli;

public sealed class CommandLineTests
{
    [Fact]
    public void WhatFollowsTwoDashesIsThePrograms()
    {
        (string[] own, string[] program) = ProgramArguments.Split(["run", "--strace", "a", "--", "-c", "--", "@x"]);
        Assert.Equal(["run", "--strace", "a"], own);
        Assert.Equal(["-c", "--", "@x"], program);
    }

    [Theory]
    [InlineData("run a b")]
    [InlineData("run --memory 0 a")]
    [InlineData("run --memory lots a")]
    [InlineData("run --timeout never a")]
    [InlineData("run --accel fast a")]
    [InlineData("run --machine pc a")]
    [InlineData("run --publish 80 a")]
    [InlineData("run --publish 0:80 a")]
    [InlineData("run --publish 80:70000 a")]
    [InlineData("run --publish host:80:80 a")]
    [InlineData("run --publish 1.2.3:80:80 a")]
    [InlineData("run --publish 80:80/sctp a")]
    [InlineData("run --net tap a")]
    [InlineData("run --net tap=averyverylongname a")]
    [InlineData("run --net tap=t0,ip=10.0.5.2 a")]
    [InlineData("run --net tap=t0,ip=10.0.5.2/33 a")]
    [InlineData("run --net tap=t0,ip=10.0.5.2/24,gw=here a")]
    [InlineData("run --net tap=t0,gw=10.0.5.1 a")]
    [InlineData("run --net bridge a")]
    [InlineData("run --nonsense a")]
    [InlineData("nonsense")]
    public void RejectsWrongUsage(string line) => Assert.NotEmpty(Parse(line).Errors);

    [Fact]
    public void WithoutAProgramTheFolderIsMeant() => Assert.Empty(Parse("run").Errors);

    [Theory]
    [InlineData("run a")]
    [InlineData("run -p 8080:80 -p 127.0.0.2:5353:53/udp --pcap out.pcap a")]
    [InlineData("run --net none a")]
    [InlineData("run --net user -p 1:1/tcp a")]
    [InlineData("run --net tap=tap0,ip=10.0.5.2/24,gw=10.0.5.1,ip=fd00::2/64,gw=fd00::1,dns=10.0.5.1 a")]
    [InlineData("run --memory 64M --timeout 10s --accel tcg --machine q35 --env A=1 --env B --add /etc:/etc --rule python --workdir /tmp --verbose --strace --gdb a")]
    public void AcceptsItsOptions(string line) => Assert.Empty(Parse(line).Errors);

    [Fact]
    public void EnvironmentTakesValuesAndNames()
    {
        IReadOnlyDictionary<string, string> variables = ImageSyntax.ParseEnvironment(["A=1", "B", "C=x=y", "D=", "GONE", "A=2"], name => name == "B" ? "host" : null);
        Assert.Equal(new Dictionary<string, string> { ["A"] = "2", ["B"] = "host", ["C"] = "x=y", ["D"] = "" }, variables.ToDictionary());
        Assert.Throws<CliException>(() => ImageSyntax.ParseEnvironment(["=x"], _ => null));
    }

    [Fact]
    public void AddedFilesExistAndHaveAnAbsoluteGuestPath()
    {
        string file = Path.GetTempFileName();
        try
        {
            Assert.Equal([(file, "/data/a")], ImageSyntax.ParseAdded([file + ":/data/a"]));
            Assert.Equal([(file, file)], ImageSyntax.ParseAdded([file]));
            Assert.Throws<CliException>(() => ImageSyntax.ParseAdded([file + ":data"]));
            Assert.Throws<CliException>(() => ImageSyntax.ParseAdded(["/no/such/file:/x"]));
            Assert.Throws<CliException>(() => ImageSyntax.ParseAdded([":/x"]));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static ParseResult Parse(string line) => CommandTree.Create([]).Parse(line.Split(' '));
}

using Mote.Imaging;
using Xunit;

namespace Mote.Tests.Unit.Imaging;

/// <summary>Which arguments of a launcher name files.</summary>
public sealed class ArgumentFilesTests
{
    [Theory]
    [InlineData("-Xmx1g -jar a.jar b.jar", "a.jar")]
    [InlineData("-cp a.jar:lib/*:classes Main -jar x.jar", "a.jar lib classes")]
    [InlineData("--class-path=a.jar --module-path mods -m app/Main a.java", "a.jar mods")]
    [InlineData("--add-modules ALL-SYSTEM @options A.java one", "options A.java")]
    [InlineData("-javaagent:agent.jar=x -version", "agent.jar")]
    [InlineData("-cp", "")]
    [InlineData("Main file.java", "")]
    public void Of_java(string arguments, string files) => Check("/usr/lib/jvm/bin/java", arguments, files);

    [Theory]
    [InlineData("a.js b.js", "a.js")]
    [InlineData("--no-warnings -r ./setup.js --title x a.js", "./setup.js a.js")]
    [InlineData("-e 1 a.js", "")]
    [InlineData("-- a.js", "a.js")]
    [InlineData("--", "")]
    public void Of_node(string arguments, string files) => Check("/usr/bin/node", arguments, files);

    [Theory]
    [InlineData("a.py b.py", "a.py")]
    [InlineData("-u -W error -X dev a.py", "a.py")]
    [InlineData("-c print(1) a.py", "")]
    [InlineData("-m json.tool a.py", "")]
    [InlineData("-Ic pass a.py", "")]
    [InlineData("- a.py", "")]
    public void Of_python(string arguments, string files) => Check("/usr/bin/python3.11", arguments, files);

    [Fact]
    public void Of_other_programs_none() => Check("/usr/bin/cat", "a.txt", "");

    private static void Check(string program, string arguments, string files) =>
        Assert.Equal(files.Split(' ', System.StringSplitOptions.RemoveEmptyEntries), ArgumentFiles.Find(program, arguments.Split(' ')));
}

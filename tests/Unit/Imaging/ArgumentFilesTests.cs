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

    [Theory]
    [InlineData("perl5.36.0", "-w -T a.pl b.pl", "a.pl")]
    [InlineData("perl", "-Ilib -I more -MPOSIX a.pl", "lib more a.pl")]
    [InlineData("perl", "-lne print a.txt", "")]
    [InlineData("perl", "-- a.pl", "a.pl")]
    [InlineData("ruby3.1", "-r json -I lib -w a.rb b", "lib a.rb")]
    [InlineData("ruby", "-rjson -ne 1 a.rb", "")]
    [InlineData("php8.2", "-d memory_limit=1M a.php x", "a.php")]
    [InlineData("php", "-S 0.0.0.0:80 -t public router.php", "public router.php")]
    [InlineData("php", "-f a.php b.php", "a.php")]
    [InlineData("php", "-n -r 1; a.php", "")]
    [InlineData("lua5.4", "-l socket -W a.lua b", "a.lua")]
    [InlineData("lua5.4", "-e 1 a.lua", "")]
    [InlineData("luajit", "-joff -O3 a.lua", "a.lua")]
    [InlineData("tclsh8.6", "-encoding utf-8 a.tcl b", "a.tcl")]
    [InlineData("guile", "--no-auto-compile -L lib -s a.scm b", "lib a.scm")]
    [InlineData("guile", "-c 1 a.scm", "")]
    [InlineData("bash", "-eu -o pipefail a.sh b", "a.sh")]
    [InlineData("dash", "-c ls a.sh", "")]
    [InlineData("gawk", "-F: -v x=1 -f a.awk -f b.awk data", "a.awk b.awk")]
    [InlineData("mawk", "{print} data", "")]
    [InlineData("sbcl", "--noinform --script a.lisp b", "a.lisp")]
    [InlineData("mono", "--debug a.exe b", "a.exe")]
    [InlineData("mono-sgen", "--config m.config a.exe b", "a.exe")]
    [InlineData("gawk", "--file=a.awk --include b.awk data", "a.awk b.awk")]
    [InlineData("Rscript", "--vanilla --default-packages=methods a.R b.R", "a.R")]
    [InlineData("Rscript", "-e 1 a.R", "")]
    [InlineData("R", "--no-echo --file=a.R --args b.R", "a.R")]
    [InlineData("R", "--vanilla -f a.R", "a.R")]
    [InlineData("R", "--vanilla", "")]
    [InlineData("ocamlrun", "-b a.byte b", "a.byte")]
    public void Of_scripts(string program, string arguments, string files) => Check("/usr/bin/" + program, arguments, files);

    [Fact]
    public void Of_other_programs_none() => Check("/usr/bin/cat", "a.txt", "");

    private static void Check(string program, string arguments, string files) =>
        Assert.Equal(files.Split(' ', System.StringSplitOptions.RemoveEmptyEntries), ArgumentFiles.Find(program, arguments.Split(' ')));
}

using System.Collections.Generic;
using Mote.Tests.Unit.Hosted;
using Xunit;

namespace Mote.Tests.Unit.Processes;

/// <summary>A program's first thread is named for the path that was given, not for the file that it leads to (proc_pid_comm(5)).</summary>
public sealed class CommandNameTests
{
    [Theory]
    [InlineData("/bin/program", "program\n")]
    [InlineData("/bin/link", "link\n")]
    [InlineData("/bin/a-name-longer-than-fifteen", "a-name-longer-t\n")]
    public void The_name_is_the_last_part_of_the_path_given(string path, string name)
    {
        HostedKernel kernel = new();
        kernel.Files.MakeLink("/bin/link", "program");
        kernel.Files.MakeLink("/bin/a-name-longer-than-fifteen", "/bin/program");
        string? seen = null;
        string? file = null;
        kernel.Run(Program, path);
        Assert.Equal(name, seen);
        Assert.Equal("/bin/program", file);

        IEnumerable<SystemCall> Program()
        {
            seen = kernel.Files.ReadFile("/proc/self/comm");
            file = kernel.Files.PathOf(kernel.Files.Resolve("/proc/self/exe").Value);
            yield break;
        }
    }
}

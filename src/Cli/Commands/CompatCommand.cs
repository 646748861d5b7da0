using System.Collections.Generic;
using System.CommandLine;
using System.Linq;

namespace Mote.Cli.Commands;

/// <summary><c>mote compat</c>: writes docs/compat/ anew from the kernel's system-call table. The unit test that compares the two does the writing.</summary>
internal static class CompatCommand
{
    private const string TestName = "CompatibilityPageTests";

    public static Command CreateSyntax()
    {
        Command command = new("compat", "Write docs/compat/ anew from the kernel's system-call table");
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        string root = Installation.RequireRepository("compat");
        TestProject unit = TestProject.FindAll(root).FirstOrDefault(project => project.IsOfKind("unit")) ?? throw new CliException("there is no project of unit tests");
        TestCounts counts = unit.Run(root, ["--filter", "FullyQualifiedName~" + TestName], Report.Line, new Dictionary<string, string> { ["MOTE_UPDATE_DOCS"] = "1" });
        return counts.Failed == 0 ? ExitStatus.Success : ExitStatus.Failure;
    }
}

using System.Collections.Generic;
using System.CommandLine;
using System.IO;
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
        string page = Path.Combine(root, "docs", "compat", "system-calls.md");
        string before = File.Exists(page) ? File.ReadAllText(page) : "";
        Report.Error("building what the table is read with");
        List<string> lines = [];
        TestCounts counts = unit.Run(root, ["--filter", "FullyQualifiedName~" + TestName], Keep, new Dictionary<string, string> { ["MOTE_UPDATE_DOCS"] = "1" });
        if (counts.Failed > 0)
        {
            lines.ForEach(Report.Line);
            Report.Error($"{Path.GetRelativePath(root, page)} is as it was: the table could not be read, see above");
            return ExitStatus.Failure;
        }

        Report.Error($"{Path.GetRelativePath(root, page)} {(File.ReadAllText(page) == before ? "is up to date" : "has been written anew")}");
        return ExitStatus.Success;

        void Keep(string line)
        {
            lock (lines)
            {
                lines.Add(line);
            }
        }
    }
}

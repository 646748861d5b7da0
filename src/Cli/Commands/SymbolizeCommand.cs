using System;
using System.CommandLine;
using System.IO;
using System.Text;
using Mote.Cli.Symbols;

namespace Mote.Cli.Commands;

/// <summary><c>mote symbolize</c>: copies a log and names the kernel addresses in it.</summary>
internal static class SymbolizeCommand
{
    public static Command CreateSyntax()
    {
        Option<string?> kernel = new("--kernel") { Description = "The kernel that wrote the log; without it, the one that run would boot", HelpName = "file" };
        Command command = new("symbolize", "Copy a kernel's log from standard input to standard output, addresses replaced by method, file and line") { kernel };
        command.SetAction(parsed => Run(parsed.GetValue(kernel) ?? Installation.Kernel()));
        return command;
    }

    private static int Run(string kernel)
    {
        if (LineTable.Load(kernel) is not LineTable table)
        {
            throw new CliException($"{kernel} is not a kernel with a line table");
        }

        Symbolizer symbolizer = new(table);
        using StreamReader input = new(Console.OpenStandardInput(), new UTF8Encoding(false));
        while (input.ReadLine() is string line)
        {
            if (HostOutput.StandardOutput.WriteLine(symbolizer.Apply(line)) == WriteResult.ReaderGone)
            {
                return ExitStatus.BrokenPipe;
            }
        }

        return ExitStatus.Success;
    }
}

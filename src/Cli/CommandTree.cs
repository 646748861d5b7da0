using System.Collections.Generic;
using System.CommandLine;
using Mote.Cli.Bench;
using Mote.Cli.Commands;

namespace Mote.Cli;

/// <summary>The commands of the tool and their options.</summary>
internal static class CommandTree
{
    /// <param name="programArguments">What followed <c>--</c>.</param>
    public static RootCommand Create(IReadOnlyList<string> programArguments) => new("Turns a Linux program or a .NET project into a machine image of a few megabytes and runs it in a microVM.")
    {
        RunSyntax.Create(programArguments),
        BuildCommand.CreateSyntax(programArguments),
        InspectCommand.CreateSyntax(),
        CoreCommand.CreateSyntax(),
        CacheCommand.CreateSyntax(),
        DoctorCommand.CreateSyntax(),
        SymbolizeCommand.CreateSyntax(),
        TestCommand.CreateSyntax(programArguments),
        CheckCommand.CreateSyntax(programArguments),
        CompatCommand.CreateSyntax(),
        BenchCommand.CreateSyntax(),
        RelayCommand.CreateSyntax(),
        KvmAgentCommand.CreateSyntax(),
    };
}

using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using Mote.Imaging;

namespace Mote.Cli;

/// <summary>The entry point of the mote tool.</summary>
internal static class Program
{
    public static int Main(string[] args)
    {
        try
        {
            (string[] own, string[] programs) = ProgramArguments.Split(args);
            RootCommand root = CommandTree.Create(programs);
            ParseResult parsed = root.Parse(own, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Errors.Count > 0)
            {
                return UsageError(parsed);
            }

            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (CliException e)
        {
            Report.Error(e.Message);
            return e.Status;
        }
        catch (ImageException e)
        {
            Report.Error(e.Message);
            return ExitStatus.BadInput;
        }
        catch (Exception e) when (Environment.GetEnvironmentVariable("MOTE_DEBUG") is null)
        {
            Report.Error($"an error inside the tool: {e.GetType().Name}: {e.Message} (MOTE_DEBUG=1 shows where)");
            return ExitStatus.MachineFailed;
        }
    }

    private static int UsageError(ParseResult parsed)
    {
        if (parsed.CommandResult.Command is RootCommand root && (parsed.UnmatchedTokens.Count == 0 || !parsed.UnmatchedTokens[0].StartsWith('-')))
        {
            string names = string.Join(", ", root.Subcommands.Select(command => command.Name));
            Report.Error(parsed.UnmatchedTokens.Count == 0 ? $"which command? There are: {names}" : $"there is no command '{parsed.UnmatchedTokens[0]}'. There are: {names}");
            Report.Line("Try 'mote --help'.");
            return ExitStatus.BadInput;
        }

        HashSet<string> shown = [];
        foreach (System.CommandLine.Parsing.ParseError error in parsed.Errors)
        {
            if (shown.Add(error.Message))
            {
                Report.Error(error.Message);
            }
        }

        Report.Line($"Try 'mote {(parsed.CommandResult.Command is RootCommand ? "" : parsed.CommandResult.Command.Name + " ")}--help'. The program's own arguments follow after '--'.");
        return ExitStatus.BadInput;
    }
}

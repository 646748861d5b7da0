using System;
using System.Collections.Generic;
using System.CommandLine;
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

using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;

namespace Mote.Tests.Guest;

/// <summary>The mote tool as a user starts it.</summary>
internal static class MoteTool
{
    private static readonly Lock s_lock = new();
    private static bool s_built;

    public static RunOutcome Run(IReadOnlyList<string> arguments, byte[]? input = null, int seconds = 60, IReadOnlyDictionary<string, string>? environment = null, NetworkNamespace? network = null)
    {
        Build();
        Dictionary<string, string> variables = new(environment ?? new Dictionary<string, string>())
        {
            ["MOTE_NO_BUILD"] = "1",
            ["MOTE_CACHE"] = Path.Combine(Repository.Artifacts, "cache"),
        };
        return ChildRun.Run(Path.Combine(Repository.Root, "mote"), arguments, new ChildOptions { Input = input ?? [], Seconds = seconds, Environment = variables, Folder = Repository.Root, Network = network });
    }

    /// <summary>Runs <c>mote build</c> with arguments, into a folder.</summary>
    public static RunOutcome Build(IReadOnlyList<string> arguments, string folder)
    {
        Build();
        Dictionary<string, string> variables = new() { ["MOTE_NO_BUILD"] = "1", ["MOTE_CACHE"] = Path.Combine(Repository.Artifacts, "cache") };
        return ChildRun.Run(Path.Combine(Repository.Root, "mote"), ["build", "-o", folder, .. arguments], new ChildOptions { Seconds = 400, Environment = variables, Folder = Repository.Root });
    }

    /// <summary>The launcher builds what is out of date; <c>mote test</c> has done so.</summary>
    public static void Build()
    {
        lock (s_lock)
        {
            if (!s_built && Environment.GetEnvironmentVariable("MOTE_ROOT") is null)
            {
                RunOutcome outcome = ChildRun.Run(Path.Combine(Repository.Root, "mote"), ["run", "--help"], new ChildOptions { Seconds = 600 });
                if (outcome.Status != 0)
                {
                    throw new InvalidOperationException("./mote run --help fails: " + outcome.ErrorText);
                }
            }

            s_built = true;
        }
    }
}

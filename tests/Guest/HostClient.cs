using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>The host's own clients.</summary>
internal static class HostClient
{
    /// <summary>Runs a client that must succeed; what it printed.</summary>
    public static RunOutcome Run(string program, params string[] arguments) => Run(program, arguments, []);

    public static RunOutcome Run(string program, IReadOnlyList<string> arguments, byte[] input, int seconds = 60)
    {
        RunOutcome outcome = ChildRun.Run(program, arguments, new ChildOptions { Input = input, Seconds = seconds });
        Assert.True(outcome.Status == 0, $"{program} {string.Join(' ', arguments)} ends with {outcome.Status}: {outcome.OutputText}{outcome.ErrorText}");
        return outcome;
    }

    /// <summary>The body that curl gets.</summary>
    public static byte[] Curl(params string[] arguments) => Run("curl", ["--silent", "--show-error", "--fail", "--max-time", "50", .. arguments], []).Output;

    /// <summary>As <see cref="Curl"/>, tried until the machine answers.</summary>
    public static Task<byte[]> CurlUntil(ServedMachine machine, params string[] arguments) => machine.Until(() => Task.Run(() =>
    {
        RunOutcome outcome = ChildRun.Run("curl", ["--silent", "--show-error", "--fail", .. arguments], new ChildOptions { Seconds = ServedMachine.AttemptSeconds });
        return outcome.Status == 0 ? outcome.Output : throw new IOException(outcome.ErrorText);
    }));

    /// <summary>32 connections that ask for the same page for some seconds: every answer is one of success, and none fails, ends early or never comes.</summary>
    public static void Wrk(int port, string path, int seconds = 2)
    {
        string said = Run("wrk", "-t1", "-c32", $"-d{seconds}", "--timeout", "10", $"http://127.0.0.1:{port}/{path}").OutputText;
        Assert.False(((string[])["Socket errors", "Non-2xx", " 0 requests in"]).Any(bad => said.Contains(bad, StringComparison.Ordinal)), said);
    }
}

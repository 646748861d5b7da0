using System;
using System.Diagnostics;
using System.Threading.Tasks;

namespace Mote.Tests.Runtime;

/// <summary>What a command printed and how it ended.</summary>
internal sealed record CommandResult(string Output, int ExitCode)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    /// <summary>Runs a command to its end.</summary>
    public static CommandResult Of(string file, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(s_limit))
        {
            process.Kill();
            throw new TimeoutException($"{file} did not end");
        }

        return new CommandResult(output.Result, process.ExitCode);
    }
}

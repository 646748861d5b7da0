using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;

namespace Mote.Tests.Guest;

/// <summary>Runs a child process to its end, or to the end of its time.</summary>
internal static class ChildRun
{
    public static RunOutcome Run(string file, IReadOnlyList<string> arguments, ChildOptions options)
    {
        ProcessStartInfo start = new(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = options.Folder ?? "",
        };
        if (!options.InheritEnvironment)
        {
            start.Environment.Clear();
        }

        foreach ((string name, string value) in options.Environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(options.Network?.Enter(start) ?? start)!;
        Task<byte[]> output = ReadAll(process.StandardOutput.BaseStream), error = ReadAll(process.StandardError.BaseStream);
        Task input = Task.Run(() => WriteAll(process.StandardInput.BaseStream, options.Input));
        if (!process.WaitForExit(TimeSpan.FromSeconds(options.Seconds)))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            Task.WaitAll([output, error, input], TimeSpan.FromSeconds(5));
            return new RunOutcome(124, output.IsCompleted ? output.Result : [], error.IsCompleted ? error.Result : []);
        }

        Task.WaitAll(output, error, input);
        return new RunOutcome(process.ExitCode, output.Result, error.Result);
    }

    private static async Task<byte[]> ReadAll(Stream stream)
    {
        using MemoryStream all = new();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }

    private static void WriteAll(Stream stream, byte[] bytes)
    {
        try
        {
            stream.Write(bytes);
            stream.Dispose();
        }
        catch (IOException)
        {
            // The program does not read its input.
        }
    }
}

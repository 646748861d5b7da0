using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Threading;

namespace Mote.Cli;

/// <summary>Programs that the tool runs for itself.</summary>
internal static class ChildProcess
{
    /// <summary>Runs a program to its end and returns its status and all that it printed, errors included.</summary>
    public static (int Status, string Output) Capture(string path, params IEnumerable<string> arguments)
    {
        System.Text.StringBuilder output = new();
        int status = RunLines(path, arguments, folder: null, environment: null, line =>
        {
            lock (output)
            {
                output.Append(line).Append('\n');
            }
        });
        return (status, output.ToString());
    }

    /// <summary>Runs a program to its end and hands on each line of its two outputs as it comes, from two threads.</summary>
    /// <returns>Its exit status; 127 when it cannot be started.</returns>
    public static int RunLines(string path, IEnumerable<string> arguments, string? folder, IReadOnlyDictionary<string, string>? environment, Action<string> onLine)
    {
        ProcessStartInfo start = new(path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            Thread errors = new(() => ReadLines(process.StandardError, onLine)) { IsBackground = true };
            errors.Start();
            ReadLines(process.StandardOutput, onLine);
            errors.Join();
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (Win32Exception e)
        {
            onLine($"cannot start {path}: {e.Message}");
            return 127;
        }
    }

    private static void ReadLines(System.IO.StreamReader reader, Action<string> onLine)
    {
        while (reader.ReadLine() is string line)
        {
            onLine(line);
        }
    }
}

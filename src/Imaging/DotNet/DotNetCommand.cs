using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Text;

namespace Mote.Imaging.DotNet;

/// <summary>Runs the .NET SDK's command and collects what it says. Nothing of it stays running.</summary>
internal static class DotNetCommand
{
    /// <summary>Runs <c>dotnet</c> in a folder.</summary>
    /// <returns>Exit status, standard output, and both streams as they came.</returns>
    /// <exception cref="ImageException">There is no SDK.</exception>
    public static (int Status, string Output, string All) Run(string folder, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(Locate())
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // This tool may itself have been started by the SDK, whose variables would steer the inner build.
        foreach (string name in new List<string>(start.Environment.Keys))
        {
            if (name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))
            {
                start.Environment.Remove(name);
            }
        }

        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_SKIP_FIRST_TIME_EXPERIENCE"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["MSBUILDTERMINALLOGGER"] = "off";

        // SDK 10 leaves empty folders behind at each `publish`.
        DirectoryInfo temporary = Directory.CreateTempSubdirectory("mote-");
        start.Environment["TMPDIR"] = temporary.FullName;
        try
        {
            return Run(start);
        }
        catch (Exception e) when (e is Win32Exception or FileNotFoundException)
        {
            throw new ImageException("Building a .NET project needs the .NET SDK, and the command dotnet was not found. Install it from https://dot.net or your distribution (dotnet-sdk-10.0).", e);
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    /// <summary>The host's dotnet command: that of DOTNET_HOST_PATH or DOTNET_ROOT, else PATH's.</summary>
    public static string Locate()
    {
        if (Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path && File.Exists(path))
        {
            return path;
        }

        return Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root && File.Exists(Path.Combine(root, "dotnet")) ? Path.Combine(root, "dotnet") : "dotnet";
    }

    private static (int Status, string Output, string All) Run(ProcessStartInfo start)
    {
        var output = new StringBuilder();
        var all = new StringBuilder();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) => Collect(e.Data, output);
        process.ErrorDataReceived += (_, e) => Collect(e.Data, null);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        return (process.ExitCode, output.ToString(), all.ToString());

        void Collect(string? line, StringBuilder? also)
        {
            if (line is not null)
            {
                lock (all)
                {
                    all.Append(line).Append('\n');
                    also?.Append(line).Append('\n');
                }
            }
        }
    }
}

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;

namespace Mote.Tests.Architecture;

/// <summary>The C# compiler of the SDK that builds the kernel, with the options of its projects: the memory-safety rules are newer than the compiler's package.</summary>
internal static class SdkCompiler
{
    private static readonly Lazy<string> s_compiler = new(Find);

    /// <summary>Where framework and kernel assemblies are, for references.</summary>
    public static IEnumerable<string> Framework { get; } = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':')
        .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal));

    /// <summary>Compiles to a library; returns the ids of the errors.</summary>
    public static IReadOnlyList<string> Compile(string output, IEnumerable<string> sources, IEnumerable<string> references, bool allowsUnsafe = false)
    {
        List<string> arguments =
        [
            "-noconfig", "-nologo", "-nostdlib+", "-target:library", "-langversion:preview", "-features:updated-memory-safety-rules", "-nullable:enable", "-checked+",
            allowsUnsafe ? "-unsafe+" : "-unsafe-", $"-out:{output}", .. references.Concat(Framework).Select(path => $"-r:{path}"), .. sources,
        ];
        string response = output + ".rsp";
        File.WriteAllLines(response, arguments.Where(argument => argument != "-noconfig").Select(argument => $"\"{argument}\""));
        (int status, string text) = Run(s_compiler.Value, "-noconfig", "@" + response);
        List<string> errors = [.. text.Split('\n').Where(line => line.Contains(": error ", StringComparison.Ordinal)).Select(line => line.Split(": error ")[1].Split(':')[0])];
        Debug.Assert(status == 0 || errors.Count > 0, text);
        return status != 0 && errors.Count == 0 ? [text] : errors;
    }

    private static string Find()
    {
        // <dotnet>/shared/Microsoft.NETCore.App/<version>/ is where this runs.
        string root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        (_, string version) = Run(null, "--version");
        return Path.Combine(root, "sdk", version.Trim(), "Roslyn", "bincore", "csc.dll");
    }

    private static (int Status, string Text) Run(string? program, params string[] arguments)
    {
        string root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        ProcessStartInfo start = new(Path.Combine(root, "dotnet")) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true };
        foreach (string argument in program is null ? arguments : [program, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, text);
    }
}

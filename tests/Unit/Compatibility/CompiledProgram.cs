using System;
using System.Diagnostics;
using System.IO;

namespace Mote.Tests.Unit.Compatibility;

/// <summary>A C program, compiled for one test.</summary>
internal sealed class CompiledProgram : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mote-test-").FullName;

    /// <param name="compiler">musl-gcc or gcc.</param>
    /// <param name="source">The program.</param>
    /// <param name="options">Further options of the compiler.</param>
    public CompiledProgram(string compiler, string source, params string[] options)
    {
        string file = Path.Combine(_folder, "program.c");
        File.WriteAllText(file, source);
        ProcessStartInfo start = new(compiler, ["-O1", "-o", HostPath, file, .. options]) { RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{compiler}: {errors}");
        }
    }

    public string HostPath => Path.Combine(_folder, "program");

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

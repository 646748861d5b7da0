using System;
using System.Diagnostics;
using System.IO;

namespace Mote.Tests.Unit.Imaging;

/// <summary>A folder for one test, deleted at its end. Not below /tmp's own name in images: see <see cref="Guest"/>.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("mote-test-").FullName;

    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    /// <summary>Where the image has a file of this folder: what lies below /tmp moves to /app.</summary>
    public string Guest(string relative) => this[relative].Replace("/tmp/", "/app/", StringComparison.Ordinal);

    public string WriteText(string relative, string text, UnixFileMode mode = (UnixFileMode)0b110_100_100)
    {
        string path = this[relative];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, mode);
        return path;
    }

    /// <summary>Runs a command that must succeed, and returns its output.</summary>
    public static string Run(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string errors = "";
        process.ErrorDataReceived += (_, e) => errors += e.Data + "\n";
        process.BeginErrorReadLine();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Xunit.Assert.True(process.ExitCode == 0, $"{command} {string.Join(' ', arguments)}: status {process.ExitCode}\n{output}{errors}");
        return output + errors;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace Mote.Tests.Guest;

/// <summary>Compiles the sources of other languages than C, once for each content: Go, Rust, Java and C# for Mono. Scripts are what they
/// are.</summary>
internal static class SourceCompiler
{
    /// <summary>The host's path of what a source became: an executable, a JAR file, or the script itself.</summary>
    public static string Build(string source, string? build)
    {
        string path = Path.Combine(Repository.Root, "tests", "Guest", source);
        string name = Path.GetFileNameWithoutExtension(source);
        return Path.GetExtension(source) switch
        {
            "" => Go(path, name, build),
            ".rs" => Once(path, name, ["rustc", "--edition", "2021", "-O", "-C", "debuginfo=1"], output => ["-o", output, path]),
            ".java" => Java(path, name),
            ".cs" => Once(path, name + ".exe", ["mcs"], output => ["-out:" + output, path]),
            _ => path,
        };
    }

    /// <summary>The test program of one of Go's packages, whose sources are in <paramref name="folder"/>; static.</summary>
    public static string GoTests(string package, string folder) =>
        Once(folder, package.Replace('/', '-') + ".test", [.. GoCommand(cgo: "0", flags: ""), "test", "-c"], output => ["-o", output, package], SortedFiles(folder), folder);

    private static string Go(string folder, string name, string? build) =>
        Once(folder, name, [.. GoCommand(build == "static" ? "0" : "1", "-trimpath"), "build"], output => ["-o", output, "."], SortedFiles(folder), folder);

    private static string[] GoCommand(string cgo, string flags)
    {
        string home = Directory.CreateDirectory(Path.Combine(Repository.Artifacts, "go")).FullName;
        return ["env", "CGO_ENABLED=" + cgo, "GOCACHE=" + home, "GOFLAGS=" + flags, "GOTOOLCHAIN=local", "go"];
    }

    private static string[] SortedFiles(string folder)
    {
        string[] files = Directory.GetFiles(folder);
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    private static string Java(string path, string name)
    {
        string jar = Path.ChangeExtension(Path.Combine(OutputFolder(path, ["javac"], [path]), name), ".jar");
        if (!File.Exists(jar))
        {
            string classes = Directory.CreateDirectory(Path.ChangeExtension(jar, ".classes")).FullName;
            Run(path, "javac", ["-d", classes, path], null);
            Run(path, "jar", ["--create", "--file", jar + ".new", "--main-class", name, "-C", classes, "."], null);
            File.Move(jar + ".new", jar, overwrite: true);
        }

        return jar;
    }

    private static string Once(string path, string name, string[] command, Func<string, string[]> arguments, string[]? inputs = null, string? folder = null)
    {
        string output = Path.Combine(OutputFolder(path, command, inputs ?? [path]), name);
        if (!File.Exists(output))
        {
            string temporary = output + "." + Environment.ProcessId;
            Run(path, command[0], [.. command[1..], .. arguments(temporary)], folder);
            File.Move(temporary, output, overwrite: true);
        }

        return output;
    }

    private static string OutputFolder(string path, IEnumerable<string> command, IEnumerable<string> inputs)
    {
        byte[] content = [.. Encoding.UTF8.GetBytes(string.Join(' ', command) + Path.GetFileName(path)), .. inputs.SelectMany(File.ReadAllBytes)];
        return Directory.CreateDirectory(Path.Combine(Repository.Artifacts, "bin", Convert.ToHexStringLower(SHA256.HashData(content))[..12])).FullName;
    }

    private static void Run(string path, string command, IReadOnlyList<string> arguments, string? folder)
    {
        RunOutcome outcome = ChildRun.Run(command, arguments, new ChildOptions { Seconds = 400, Folder = folder });
        if (outcome.Status != 0)
        {
            throw new InvalidOperationException($"{path} does not compile: {outcome.OutputText}{outcome.ErrorText}");
        }
    }
}

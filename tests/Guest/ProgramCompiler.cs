using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace Mote.Tests.Guest;

/// <summary>Compiles the sources in c/ and publishes .NET projects, once for each content.</summary>
internal static class ProgramCompiler
{
    private const string Flags = "-O1 -g -fno-omit-frame-pointer -pthread";
    private const string PlusPlusFlags = " -std=c++20";

    private static readonly ConcurrentDictionary<string, Lazy<string>> s_built = new();

    private static readonly string s_sources = Path.Combine(Repository.Root, "tests", "Guest", "c");

    /// <summary>The host's path of a program.</summary>
    public static string PathOf(GuestProgram program) => program switch
    {
        { Path: string path } => path,
        { Source: string source } => SourceOf(source, program.Build),
        { Project: string project } => Once("project " + project, () => Publish(project)),
        { C: string source, Build: string build } => Once(source + " " + build, () => Compile(source, build)),
        _ => throw new InvalidOperationException($"{program.Title} names no program."),
    };

    /// <summary>The host's path of what the source of another language became.</summary>
    public static string SourceOf(string source, string? build) => Once(source + " " + build, () => SourceCompiler.Build(source, build));

    private static string Once(string key, Func<string> build) => s_built.GetOrAdd(key, _ => new Lazy<string>(build)).Value;

    private static string Compile(string source, string build)
    {
        string path = Path.Combine(s_sources, source);
        bool plusPlus = Path.GetExtension(source) == ".cpp";
        string command = build switch
        {
            "musl" => "musl-gcc -static",
            "glibc" => (plusPlus ? "g++" : "gcc") + " -static",
            "pie" => (plusPlus ? "g++" : "gcc") + " -pie -fPIE",
            "nopie" => (plusPlus ? "g++" : "gcc") + " -no-pie -fno-pie",
            _ => throw new InvalidOperationException($"There is no build '{build}'."),
        };
        string[] words = [.. $"{command} {Flags}{(plusPlus ? PlusPlusFlags : "")} -o".Split(' ')];
        byte[] content = [.. Encoding.UTF8.GetBytes(string.Join(' ', words)), .. File.ReadAllBytes(path), .. Headers()];
        string hash = Convert.ToHexStringLower(SHA256.HashData(content))[..12];

        // The name is part of what some programs print, and must be the same on both sides only.
        string output = Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Artifacts, "bin", hash)).FullName, Path.GetFileNameWithoutExtension(source));
        if (!File.Exists(output))
        {
            string temporary = output + "." + Environment.ProcessId;
            RunOutcome outcome = ChildRun.Run(words[0], [.. words.Skip(1), temporary, path, "-lm"], new ChildOptions { Seconds = 400 });
            if (outcome.Status != 0)
            {
                throw new InvalidOperationException($"{source} does not compile for {build}: {outcome.ErrorText}");
            }

            File.Move(temporary, output, overwrite: true);
        }

        return output;
    }

    private static byte[] Headers() => [.. Directory.GetFiles(s_sources, "*.h").Order(StringComparer.Ordinal).SelectMany(File.ReadAllBytes)];

    private static string Publish(string project)
    {
        string folder = Path.Combine(Repository.Root, project);
        string output = Path.Combine(Repository.Artifacts, "projects", Path.GetFileName(project));
        DirectoryInfo temporary = Directory.CreateTempSubdirectory("mote-publish-"); // SDK 10 leaves empty folders behind
        RunOutcome outcome = ChildRun.Run(
            "dotnet",
            [
                "publish", folder, "-c", "Release", "-r", "linux-x64", "-nologo", "-v", "q", "-o", output, "--artifacts-path", Path.Combine(Repository.Artifacts, "build", Path.GetFileName(project)), "--disable-build-servers",
            ],
            new ChildOptions { Seconds = 400, InheritEnvironment = true, Environment = new Dictionary<string, string> { ["TMPDIR"] = temporary.FullName } });
        temporary.Delete(recursive: true);
        return outcome.Status == 0
            ? Path.Combine(output, Path.GetFileName(project))
            : throw new InvalidOperationException($"{project} does not build: {outcome.OutputText}{outcome.ErrorText}");
    }
}

using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using Mote.Imaging;

namespace Mote.Cli.Commands;

/// <summary>The part of the command line that says what becomes an image: shared by the commands that build one.</summary>
internal sealed class ImageSyntax
{
    public Argument<string?> Program { get; } = new("program")
    {
        Description = "An x86-64 Linux executable, a script with #!, a .NET project, solution or app.cs, or an image folder; the project of this folder when left out; its arguments follow after --",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public Option<string?> Configuration { get; } = new("--configuration", "-c")
    {
        Description = "The configuration to publish a .NET project in (default: Release)",
        HelpName = "name",
    };

    public Option<string?> Framework { get; } = new("--framework", "-f")
    {
        Description = "The target framework to publish a .NET project for, where it has several",
        HelpName = "name",
    };

    public Option<string[]> Environment { get; } = new("--env", "-e")
    {
        Description = "An environment variable of the program, NAME=VALUE; NAME alone passes the host's on (repeatable)",
        HelpName = "name=value",
    };

    public Option<string?> WorkingDirectory { get; } = new("--workdir", "-w")
    {
        Description = "The program's first working directory inside the image",
        HelpName = "path",
    };

    public Option<string?> StopSignal { get; } = CreateStopSignal();

    public Option<string[]> Added { get; } = new("--add", "-a")
    {
        Description = "A file or folder of the host to put into the image, HOST:GUEST (repeatable)",
        HelpName = "host:guest",
    };

    public Option<string[]> Rules { get; } = new("--rule")
    {
        Description = "A rule for what the program needs beyond its libraries, instead of those found by looking; 'none' for no rule (repeatable)",
        HelpName = "name",
    };

    /// <summary>What the parsed command line asks the image builder for.</summary>
    public ImageRequest RequestOf(ParseResult parsed, IReadOnlyList<string> programArguments) => new()
    {
        ProgramPath = parsed.GetValue(Program) ?? ".",
        Configuration = parsed.GetValue(Configuration),
        Framework = parsed.GetValue(Framework),
        Arguments = programArguments,
        Environment = ParseEnvironment(parsed.GetValue(Environment) ?? [], System.Environment.GetEnvironmentVariable),
        WorkingDirectory = parsed.GetValue(WorkingDirectory),
        StopSignal = parsed.GetValue(StopSignal),
        AddedFiles = ParseAdded(parsed.GetValue(Added) ?? []),
        Rules = parsed.GetValue(Rules) ?? [],
    };

    /// <summary>Reads NAME=VALUE and NAME. A name that the host does not have is left out, as docker(1) does.</summary>
    /// <exception cref="CliException">A name is empty.</exception>
    public static IReadOnlyDictionary<string, string> ParseEnvironment(IEnumerable<string> words, Func<string, string?> hostVariable)
    {
        Dictionary<string, string> variables = new(StringComparer.Ordinal);
        foreach (string word in words)
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? word : word[..equals];
            if (name.Length == 0)
            {
                throw new CliException($"--env: '{word}' has no name; it is NAME=VALUE, or NAME for the host's value");
            }

            if ((equals < 0 ? hostVariable(name) : word[(equals + 1)..]) is string value)
            {
                variables[name] = value;
            }
        }

        return variables;
    }

    /// <summary>Reads HOST:GUEST; the last colon parts them, for host paths may have colons. Without a colon the guest path is the absolute host path.</summary>
    /// <exception cref="CliException">The host path does not exist or the guest path is not absolute.</exception>
    public static IReadOnlyList<(string Host, string Guest)> ParseAdded(IEnumerable<string> words)
    {
        List<(string Host, string Guest)> added = [];
        foreach (string word in words)
        {
            int colon = word.LastIndexOf(':');
            string host = colon < 0 ? word : word[..colon];
            string guest = colon < 0 ? Path.GetFullPath(word) : word[(colon + 1)..];
            if (!Path.Exists(host))
            {
                throw new CliException($"--add: {(host.Length == 0 ? $"'{word}' names no host path" : host + " does not exist")}");
            }

            if (!guest.StartsWith('/'))
            {
                throw new CliException($"--add: the guest path '{guest}' is not absolute; it is HOST:GUEST, such as ./data:/data");
            }

            added.Add((host, guest));
        }

        return added;
    }

    private static Option<string?> CreateStopSignal()
    {
        Option<string?> option = new("--stop-signal") { Description = "What asks the program to end, such as QUIT (default: the signal that the tool got; SIGTERM at --timeout)", HelpName = "signal" };
        option.Validators.Add(static result =>
        {
            string text = result.Tokens.Count == 0 ? "" : result.Tokens[^1].Value;
            if (!SignalText.TryParse(text, out _))
            {
                result.AddError($"--stop-signal: '{text}' is not a signal such as TERM or 15");
            }
        });
        return option;
    }
}

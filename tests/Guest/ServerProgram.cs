using System;
using System.Collections.Generic;
using System.Linq;

namespace Mote.Tests.Guest;

/// <summary>One line of servers.json: a server of the host's or a source, and how a machine runs it. <c>README.md</c> explains the fields.</summary>
public sealed record ServerProgram
{
    private static readonly Lazy<Dictionary<string, ServerProgram>> s_all = new(() => JsonCatalog.Read<ServerProgram>("servers.json").ToDictionary(server => server.Name));

    public required string Name { get; init; }

    public string? Path { get; init; }

    /// <summary>As in programs.json: the program, or what <c>{source}</c> stands for in the arguments where <see cref="Path"/> runs it.</summary>
    public string? Source { get; init; }

    /// <summary>The Debian packages of the server and of its clients on the host.</summary>
    public string? Package { get; init; }

    /// <summary>True where what it takes is large: runs in <c>mote test long</c> only.</summary>
    public bool Long { get; init; }

    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Further options of <c>mote run</c>; <c>{servers}</c> is the folder of their configurations.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    public int Port { get; init; }

    /// <summary>Its status after SIGTERM, as on Linux.</summary>
    public int Ends { get; init; } = 143;

    /// <summary>True where it takes datagrams at the same port too.</summary>
    public bool Udp { get; init; }

    /// <summary>True where it serves <see cref="ServedFiles"/> by HTTP and nothing else: <see cref="FileServerTests"/> asks for them.</summary>
    public bool Files { get; init; }

    /// <summary>True where it can be asked by many at once.</summary>
    public bool Load { get; init; }

    public static IEnumerable<ServerProgram> All => s_all.Value.Values;

    public static ServerProgram Get(string name) => s_all.Value[name];

    /// <summary>Starts a machine that runs it, with further options of <c>mote run</c>.</summary>
    internal ServedMachine Start(params string[] options)
    {
        string servers = System.IO.Path.Combine(Repository.Root, "tests", "Guest", "servers");
        string source = Source is null ? "" : SourceCompiler.Build(Source, "static");
        string inside = "/source/" + System.IO.Path.GetFileName(source);
        string[] added = Path is not null && Source is not null ? ["--add", $"{source}:{inside}"] : [];
        return ServedMachine.Start(
            Port, Udp, [.. Options.Select(option => option.Replace("{servers}", servers, StringComparison.Ordinal)), .. added, .. options, Path ?? source, "--", .. Args.Select(argument => argument.Replace("{source}", inside, StringComparison.Ordinal))], Ends);
    }
}

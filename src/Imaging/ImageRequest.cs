using System.Collections.Generic;
using System.Collections.Immutable;

namespace Mote.Imaging;

/// <summary>What the user asked for: a program of the host and how it is to be started inside the machine.</summary>
public sealed record ImageRequest
{
    /// <summary>Host path of an ELF executable, a script with <c>#!</c>, a .NET project (its folder, its .csproj, a solution with one program, a file-based program) or the folder of a built image.</summary>
    public required string ProgramPath { get; init; }

    /// <summary>The configuration that a .NET project is published in; <c>null</c> is Release.</summary>
    public string? Configuration { get; init; }

    /// <summary>The target framework that a .NET project is published for; <c>null</c> is the only one that it has.</summary>
    public string? Framework { get; init; }

    /// <summary>The program's arguments without argv[0].</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Environment variables of the program, over the image's defaults (PATH, HOME). LD_LIBRARY_PATH also steers the search for libraries.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The program's first working directory inside the image, an absolute path; <c>null</c> means <c>/</c>, for a .NET program its own folder, that of an image folder, or, when an argument names a file relative to the host's working directory, that directory.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The signal that asks the program to end (a name or number of signal(7)); <c>null</c> for that of an image folder, or the one that the tool got.</summary>
    public string? StopSignal { get; init; }

    /// <summary>Files and folders to add: a host path and the absolute guest path that it gets. Libraries of added ELF files come along.</summary>
    public IReadOnlyList<(string Host, string Guest)> AddedFiles { get; init; } = [];

    /// <summary>Host paths of files that <see cref="Arguments"/> name, found by the builder.</summary>
    internal IReadOnlyList<string> NamedFiles { get; init; } = [];

    /// <summary>
    /// Rules to use: empty lets the builder choose by looking at the program; <c>none</c> uses none; otherwise names as in
    /// <see cref="ImageRules.All"/>, each with an optional variant (<c>python:full</c>).
    /// </summary>
    public IReadOnlyList<string> Rules { get; init; } = [];
}

using System.Collections.Generic;

namespace Mote.Imaging;

/// <summary>How the machine starts the program: config.json of an image.</summary>
public sealed record ImageConfig
{
    /// <summary>The newest layout of an image folder that this version reads.</summary>
    public const int CurrentFormatVersion = 1;

    public required int FormatVersion { get; init; }

    /// <summary>The version of the tool that built the image.</summary>
    public required string ToolVersion { get; init; }

    /// <summary>Absolute path of the executable inside the image.</summary>
    public required string EntryPoint { get; init; }

    /// <summary>The whole argv, argv[0] first.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The environment, sorted by name.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required string WorkingDirectory { get; init; }

    /// <summary>The signal that asks the program to end, by its name or number; <c>null</c> for the one that the tool got.</summary>
    public string? StopSignal { get; init; }

    /// <summary>Length of root.erofs in bytes.</summary>
    public required long RootImageBytes { get; init; }

    /// <summary>The program is one of .NET's, which diagnostic tools can ask.</summary>
    public bool HasDiagnostics { get; init; }

    /// <summary>How many leading words of <see cref="Arguments"/> belong to the program itself; what follows are the user's arguments. More than one for a script (<c>#!</c>).</summary>
    public int FixedArguments { get; init; } = 1;
}

using System.Collections.Generic;

namespace Mote.Imaging;

/// <summary>What is inside an image and why: manifest.json.</summary>
public sealed record ImageManifest
{
    /// <summary>The program as it was asked for: a host path.</summary>
    public required string Program { get; init; }

    /// <summary>The rules that were applied, in order.</summary>
    public required IReadOnlyList<AppliedRule> Rules { get; init; }

    /// <summary>Everything in the image, sorted by guest path.</summary>
    public required IReadOnlyList<ManifestEntry> Files { get; init; }

    /// <summary>What was left out or could not be known, for the user to read.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

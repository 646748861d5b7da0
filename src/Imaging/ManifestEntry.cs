namespace Mote.Imaging;

/// <summary>One path of an image.</summary>
public sealed record ManifestEntry
{
    /// <summary>Absolute path inside the image.</summary>
    public required string Path { get; init; }

    /// <summary><c>file</c>, <c>directory</c> or <c>link</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Permission bits in octal, such as <c>0755</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>Length of the contents in bytes; zero for directories.</summary>
    public long Size { get; init; }

    /// <summary>The host file that it was taken from; <c>null</c> when the builder wrote it.</summary>
    public string? Source { get; init; }

    /// <summary>A link's target.</summary>
    public string? Target { get; init; }

    /// <summary>Why it is in the image: "program", "interpreter of /bin/x", "rule python: standard library" and so on.</summary>
    public required string Why { get; init; }
}

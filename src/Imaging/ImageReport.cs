using System;
using System.Collections.Generic;

namespace Mote.Imaging;

/// <summary>What <c>mote inspect</c> shows of an image.</summary>
public sealed record ImageReport
{
    public required ImageConfig Config { get; init; }

    /// <summary>The program as it was asked for: a host path.</summary>
    public required string Program { get; init; }

    public required IReadOnlyList<AppliedRule> Rules { get; init; }

    /// <summary>The image's contents by reason, largest first.</summary>
    public required IReadOnlyList<ReportGroup> Groups { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Sum of the files' lengths in bytes.</summary>
    public required long ContentBytes { get; init; }

    /// <summary>Length of root.erofs in bytes.</summary>
    public required long RootImageBytes { get; init; }

    /// <summary>Describes an opened image.</summary>
    /// <exception cref="ImageException">Its manifest is missing or invalid.</exception>
    public static ImageReport Describe(MachineImage image)
    {
        ImageManifest manifest = image.Manifest;
        var files = new Dictionary<string, List<ManifestEntry>>(StringComparer.Ordinal);
        long total = 0;
        foreach (ManifestEntry entry in manifest.Files)
        {
            if (entry.Kind == "directory")
            {
                continue;
            }

            string title = Title(entry.Why);
            if (!files.TryGetValue(title, out List<ManifestEntry>? group))
            {
                files.Add(title, group = []);
            }

            group.Add(entry);
            total += entry.Size;
        }

        return new ImageReport
        {
            Config = image.Config,
            Program = manifest.Program,
            Rules = manifest.Rules,
            Groups = ByReason(files),
            Notes = manifest.Notes,
            ContentBytes = total,
            RootImageBytes = image.Config.RootImageBytes,
        };
    }

    private static List<ReportGroup> ByReason(Dictionary<string, List<ManifestEntry>> files)
    {
        var groups = new List<ReportGroup>();
        foreach ((string title, List<ManifestEntry> entries) in files)
        {
            entries.Sort((left, right) => right.Size != left.Size ? right.Size.CompareTo(left.Size) : string.CompareOrdinal(left.Path, right.Path));
            long size = 0;
            foreach (ManifestEntry entry in entries)
            {
                size += entry.Size;
            }

            groups.Add(new ReportGroup(title, size, entries));
        }

        groups.Sort((left, right) => right.SizeBytes != left.SizeBytes ? right.SizeBytes.CompareTo(left.SizeBytes) : string.CompareOrdinal(left.Title, right.Title));
        return groups;
    }

    private static string Title(string why)
    {
        if (why.StartsWith("needed by ", StringComparison.Ordinal) || why.StartsWith("opened by ", StringComparison.Ordinal))
        {
            return "libraries";
        }

        if (why.StartsWith("interpreter of ", StringComparison.Ordinal) || why.StartsWith("loader cache", StringComparison.Ordinal) || why.StartsWith("folders that ", StringComparison.Ordinal))
        {
            return "interpreter";
        }

        if (why.StartsWith("rule dotnet: framework, ", StringComparison.Ordinal))
        {
            return "rule dotnet: assemblies of the framework";
        }

        return why.StartsWith("--add ", StringComparison.Ordinal) ? "added files" : why;
    }
}

using System;
using System.Collections.Generic;
using System.IO;
using Mote.Imaging;

namespace Mote.Cli.Cores;

/// <summary>
/// Where the files of an image are on this computer, as far as they are still what they were. Its manifest is read when somebody asks.
/// </summary>
internal sealed class ImageSources(MachineImage image)
{
    private readonly Lazy<Dictionary<string, ManifestEntry>> _entries = new(() => Read(image));

    /// <summary>The host's path of a file of the image, or <c>null</c>.</summary>
    public string? HostPathOf(string path) =>
        _entries.Value.TryGetValue(path, out ManifestEntry? entry) && new FileInfo(entry.Source!) is { Exists: true } file && file.Length == entry.Size
            ? entry.Source
            : null;

    private static Dictionary<string, ManifestEntry> Read(MachineImage image)
    {
        Dictionary<string, ManifestEntry> entries = new(StringComparer.Ordinal);
        try
        {
            foreach (ManifestEntry entry in image.Manifest.Files)
            {
                if (entry is { Kind: "file", Source: not null })
                {
                    entries.TryAdd(entry.Path, entry);
                }
            }
        }
        catch (ImageException)
        {
            // The image was removed from the cache meanwhile; its names stay the machine's.
        }

        return entries;
    }
}

using System;
using System.Collections.Generic;
using System.IO;

namespace Mote.Imaging.Inputs;

/// <summary>The names in a folder, sorted by their UTF-8 bytes.</summary>
internal sealed class FolderListing
{
    private FolderListing(FolderFilter filter, List<string> names)
    {
        Filter = filter;
        Names = names;
    }

    public FolderFilter Filter { get; }

    public IReadOnlyList<string> Names { get; }

    /// <summary>Equal for equal names.</summary>
    public string Identity => "names " + Fingerprint.Of(string.Join('\0', Names));

    /// <summary>Reads the folder; one that is missing or may not be read is empty.</summary>
    public static FolderListing Read(string path, FolderFilter filter)
    {
        var names = new List<string>();
        try
        {
            foreach (string entry in Directory.EnumerateFileSystemEntries(path))
            {
                string name = Path.GetFileName(entry);
                if (filter == FolderFilter.Everything || !(name is "bin" or "obj" or "packages.lock.json" || name.StartsWith('.')))
                {
                    names.Add(name);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            names.Clear();
        }

        names.Sort(StringComparer.Ordinal);
        return new FolderListing(filter, names);
    }
}

using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace Mote.Imaging.Inputs;

/// <summary>
/// Everything of the host that a build looked at, also what it looked for and did not find. As a file: one line for each path, its identity, a tab, the path.
/// When each path still has its identity, building again would give the same result.
/// </summary>
internal sealed class InputSet
{
    private const string ListingMark = "list";

    // Another build of this library may make another image of the same inputs.
    private static readonly string s_header = $"mote-inputs 1 {typeof(InputSet).Module.ModuleVersionId}";

    private readonly SortedDictionary<string, string> _identities = new(StringComparer.Ordinal);

    public int Count => _identities.Count;

    public void Add(string path, HostEntry entry) => _identities[path] = entry.Identity;

    /// <summary>Records the names in a folder.</summary>
    public void AddListing(string path, FolderListing listing) => _identities[ListingKey(path, listing.Filter)] = listing.Identity;

    public void AddAll(InputSet other)
    {
        foreach ((string path, string identity) in other._identities)
        {
            _identities[path] = identity;
        }
    }

    public void Save(string file)
    {
        var text = new StringBuilder(s_header).Append('\n');
        foreach ((string path, string identity) in _identities)
        {
            text.Append(identity).Append('\t').Append(path).Append('\n');
        }

        File.WriteAllText(file, text.ToString());
    }

    /// <summary>The first path that is no longer what the file says, null when all are the same; "the record of inputs" when the file cannot be read.</summary>
    public static string? FindChange(string file)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(file);
        }
        catch (IOException)
        {
            return "the record of inputs";
        }

        if (lines.Length == 0 || lines[0] != s_header)
        {
            return "mote itself";
        }

        foreach (string line in lines.AsSpan(1))
        {
            int tab = line.IndexOf('\t');
            if (tab < 0)
            {
                return "the record of inputs";
            }

            string path = line[(tab + 1)..];
            if (IdentityNow(path, out string shown) != line[..tab])
            {
                return shown;
            }
        }

        return null;
    }

    private static string ListingKey(string path, FolderFilter filter) => $"{ListingMark}:{filter}:{path}";

    private static string IdentityNow(string key, out string shown)
    {
        string[] parts = key.Split(':', 3);
        if (parts.Length == 3 && parts[0] == ListingMark && Enum.TryParse(parts[1], out FolderFilter filter))
        {
            shown = parts[2];
            return FolderListing.Read(parts[2], filter).Identity;
        }

        shown = key;
        return HostEntry.Look(key).Identity;
    }
}

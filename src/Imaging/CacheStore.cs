using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Mote.Imaging;

/// <summary>The folders of the cache as a whole: what they take, and which of them go when they take too much.</summary>
public static class CacheStore
{
    /// <summary>Two folders of that name each: the user's cache, and that of <c>mote run</c> in it.</summary>
    private static readonly string[] s_kinds = ["images", "projects"];

    /// <summary>What was used within this time is in use, or about to be: QEMU opens an image a moment after the tool has.</summary>
    private static readonly TimeSpan s_young = TimeSpan.FromMinutes(10);

    /// <summary>All entries, the one used last first.</summary>
    public static IReadOnlyList<CacheEntry> List(string cacheFolder)
    {
        List<CacheEntry> entries = [];
        foreach (string root in (string[])[cacheFolder, Path.Combine(cacheFolder, "images")])
        {
            foreach (string kind in s_kinds)
            {
                DirectoryInfo place = new(Path.Combine(root, kind));
                if (place.Exists)
                {
                    IEnumerable<DirectoryInfo> folders = place.EnumerateDirectories().Where(folder => !s_kinds.Contains(folder.Name));
                    entries.AddRange(folders.Select(folder => new CacheEntry(folder.FullName, SizeOf(folder), folder.LastWriteTimeUtc)));
                }
            }
        }

        entries.Sort((a, b) => b.UsedUtc.CompareTo(a.UsedUtc));
        return entries;
    }

    /// <summary>
    /// Removes entries, those that were not used for longest first, until the others take no more than the limit. Those of the last ten
    /// minutes stay, unless <paramref name="keepsYoung"/> is false.
    /// </summary>
    /// <returns>What was removed.</returns>
    public static IReadOnlyList<CacheEntry> Prune(string cacheFolder, long limitBytes, bool keepsYoung = true)
    {
        IReadOnlyList<CacheEntry> entries = List(cacheFolder);
        long total = entries.Sum(entry => entry.Bytes);
        List<CacheEntry> removed = [];
        foreach (CacheEntry entry in entries.Reverse())
        {
            if (total <= limitBytes)
            {
                break;
            }

            if (keepsYoung && DateTime.UtcNow - entry.UsedUtc < s_young)
            {
                continue;
            }

            try
            {
                Directory.Delete(entry.Folder, recursive: true);
                total -= entry.Bytes;
                removed.Add(entry);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Somebody builds into it, or it is gone.
            }
        }

        return removed;
    }

    /// <summary>Notes that an entry was used. The folder's own time says so; what its files are made of is recorded in them.</summary>
    internal static void Touch(string folder)
    {
        try
        {
            Directory.SetLastWriteTimeUtc(folder, DateTime.UtcNow);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A cache that only may be read is not pruned by this user either.
        }
    }

    private static long SizeOf(DirectoryInfo folder)
    {
        try
        {
            EnumerationOptions all = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
            return folder.EnumerateFiles("*", all).Sum(file => file.Length);
        }
        catch (IOException)
        {
            return 0; // it is being removed
        }
    }
}

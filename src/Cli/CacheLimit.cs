using System;
using System.IO;
using Mote.Imaging;

namespace Mote.Cli;

/// <summary>How much the cache of images may take: <c>MOTE_CACHE_LIMIT</c>, a size such as 500M, or 2 GiB; 0 for no limit.</summary>
internal static class CacheLimit
{
    private const string Variable = "MOTE_CACHE_LIMIT";
    private const long Default = 2048 * MemorySize.Mebi;

    /// <exception cref="CliException">The variable's text is no size.</exception>
    public static long Bytes => Environment.GetEnvironmentVariable(Variable) switch
    {
        null or "" => Default,
        "0" => long.MaxValue,
        string text when MemorySize.TryParse(text, out MemorySize size) => size.Bytes,
        string text => throw new CliException($"{Variable}: '{text}' is not a size such as 500M or 4G, or 0 for no limit"),
    };

    /// <summary>After an image was built: removes what was not used for longest beyond the limit.</summary>
    public static void Enforce(IBuildProgress progress)
    {
        foreach (CacheEntry entry in CacheStore.Prune(Installation.CacheFolder(), Bytes))
        {
            string name = Path.GetFileName(entry.Folder);
            progress.Detail($"removed from the cache, which holds more than {Size.Text(Bytes)}: {name}, {Size.Text(entry.Bytes)}");
        }
    }
}

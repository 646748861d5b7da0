using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;
using Mote.Imaging;

namespace Mote.Cli.Commands;

/// <summary><c>mote cache</c>: what the images and published projects of earlier runs take, and away with them.</summary>
internal static class CacheCommand
{
    public static Command CreateSyntax()
    {
        Command list = new("ls", "List what is in the cache, last used first");
        list.SetAction(_ => List());

        Option<bool> all = new("--all", "-a") { Description = "Remove everything" };
        Option<string?> limit = new("--limit")
        {
            Description = "Remove what was not used for longest until no more than this is left, such as 500M (default: MOTE_CACHE_LIMIT, or 2G)",
            HelpName = "size",
        };
        limit.Validators.Add(static result =>
        {
            if (result.Tokens.Count > 0 && !MemorySize.TryParse(result.Tokens[^1].Value, out _))
            {
                result.AddError($"--limit: '{result.Tokens[^1].Value}' is not a size such as 500M or 4G");
            }
        });
        Command prune = new("prune", "Remove images and published projects; they are built again when they are needed") { all, limit };
        prune.SetAction(parsed => Prune(parsed.GetValue(all), parsed.GetValue(limit)));
        return new Command("cache", "Show or empty the cache of images") { list, prune };
    }

    private static int List()
    {
        IReadOnlyList<CacheEntry> entries = CacheStore.List(Installation.CacheFolder());
        foreach (CacheEntry entry in entries)
        {
            string kind = Path.GetFileName(Path.GetDirectoryName(entry.Folder)) == "images" ? "image" : "project";
            string used = entry.UsedUtc.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
            HostOutput.StandardOutput.WriteLine(TerminalText.EscapeName($"{Size.Text(entry.Bytes),10}  {used}  {kind,-7}  {Path.GetFileName(entry.Folder)}"));
        }

        string limit = CacheLimit.Bytes == long.MaxValue ? "no limit" : $"limit {Size.Text(CacheLimit.Bytes)}";
        string total = Size.Text(entries.Sum(entry => entry.Bytes));
        HostOutput.StandardOutput.WriteLine($"{total,10}  in {Installation.CacheFolder()} ({limit})");
        return ExitStatus.Success;
    }

    private static int Prune(bool all, string? limit)
    {
        long bytes = all ? -1 : limit is not null && MemorySize.TryParse(limit, out MemorySize size) ? size.Bytes : CacheLimit.Bytes;
        IReadOnlyList<CacheEntry> removed = CacheStore.Prune(Installation.CacheFolder(), bytes, keepsYoung: !all);
        HostOutput.StandardOutput.WriteLine($"removed {removed.Count} of the cache, {Size.Text(removed.Sum(entry => entry.Bytes))}");
        return ExitStatus.Success;
    }
}

using System.Collections.Concurrent;

/// <summary>FileSystemWatcher on a folder and the folders below it.</summary>
internal static class Watching
{
    public static async Task Run(string folder)
    {
        string watched = Directory.CreateDirectory(Path.Combine(folder, "watched")).FullName;
        ConcurrentQueue<string> seen = new();
        using FileSystemWatcher watcher = new(watched) { IncludeSubdirectories = true };
        watcher.Created += (_, e) => seen.Enqueue($"created {e.Name}");
        watcher.Changed += (_, e) => seen.Enqueue($"changed {e.Name}");
        watcher.Deleted += (_, e) => seen.Enqueue($"deleted {e.Name}");
        watcher.Renamed += (_, e) => seen.Enqueue($"renamed {e.OldName} {e.Name}");
        watcher.EnableRaisingEvents = true;

        await Expect("created one", () => File.WriteAllText(Path.Combine(watched, "one"), ""));
        await Expect("changed one", () => File.AppendAllText(Path.Combine(watched, "one"), "text"));
        await Expect("renamed one two", () => File.Move(Path.Combine(watched, "one"), Path.Combine(watched, "two")));
        await Expect("created sub", () => Directory.CreateDirectory(Path.Combine(watched, "sub")));
        await Task.Delay(100);
        await Expect("created sub/deep", () => File.WriteAllText(Path.Combine(watched, "sub", "deep"), ""));
        await Expect("deleted two", () => File.Delete(Path.Combine(watched, "two")));

        async Task Expect(string what, Action action)
        {
            action();
            for (int i = 0; i < 500 && !seen.Contains(what); i++)
            {
                await Task.Delay(10);
            }

            Check.Say($"watcher {what}", seen.Contains(what));
        }
    }
}

using System.Text;

/// <summary>Files and folders.</summary>
internal static class Files
{
    public static async Task Run(string folder)
    {
        string tree = Directory.CreateDirectory(Path.Combine(folder, "a/b/c")).FullName;
        string file = Path.Combine(tree, "numbers.txt");
        await File.WriteAllLinesAsync(file, Enumerable.Range(0, 10_000).Select(i => $"number {i}"));
        Check.Say("written", $"{new FileInfo(file).Length} {await File.ReadLinesAsync(file).CountAsync(line => line.EndsWith('7'))}");

        await using (FileStream stream = new(file, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, 4096, FileOptions.Asynchronous))
        {
            stream.Seek(-11, SeekOrigin.End);
            byte[] last = new byte[32];
            int count = await stream.ReadAsync(last);
            stream.SetLength(1000);
            stream.Position = 1200;
            stream.WriteByte(1);
            await stream.FlushAsync();
            Check.Say("stream", $"{count} {Encoding.UTF8.GetString(last, 0, count).Trim()} {stream.Length}");
            try
            {
                _ = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.None);
                Check.Say("lock", "none");
            }
            catch (IOException e)
            {
                Check.Say("lock", e.Message.Replace(folder, "FOLDER"));
            }
        }

        using (Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite))
        {
            await RandomAccess.WriteAsync(handle, [new byte[] { 10, 20 }, new byte[] { 30 }], 1000);
            byte[] read = new byte[5];
            Check.Say("random access", $"{RandomAccess.Read(handle, read, 999)} {string.Join(',', read[1..])} {RandomAccess.GetLength(handle)}");
        }

        File.Copy(file, Path.Combine(folder, "copy"));
        File.Move(Path.Combine(folder, "copy"), Path.Combine(folder, "moved"));
        File.CreateSymbolicLink(Path.Combine(folder, "link"), "moved");
        File.SetUnixFileMode(Path.Combine(folder, "moved"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        File.SetLastWriteTimeUtc(Path.Combine(folder, "moved"), new DateTime(2020, 5, 6, 7, 8, 9, DateTimeKind.Utc));
        File.AppendAllText(Path.Combine(folder, "appended"), "one");
        File.AppendAllText(Path.Combine(folder, "appended"), "two");
        Check.Say("moved", $"{File.GetUnixFileMode(Path.Combine(folder, "moved"))} {File.GetLastWriteTimeUtc(Path.Combine(folder, "moved")):O} {File.ReadAllText(Path.Combine(folder, "appended"))}");
        Check.Say("link", $"{new FileInfo(Path.Combine(folder, "link")).LinkTarget} {File.ResolveLinkTarget(Path.Combine(folder, "link"), true)!.Name}");
        Check.Say("all", string.Join(' ', Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)).Order(StringComparer.Ordinal)));
        Say(() => File.ReadAllText(Path.Combine(folder, "missing")));
        Say(() => File.ReadAllText(tree));
        Say(() => Directory.Delete(Path.Combine(folder, "a")));
        Say(() => Directory.SetCurrentDirectory(Path.Combine(folder, "missing")));
        Directory.SetCurrentDirectory(tree);
        Check.Say("current", Environment.CurrentDirectory == tree && File.Exists("numbers.txt"));
        Directory.SetCurrentDirectory("/");
        File.Delete(file);
        Directory.Delete(Path.Combine(folder, "a"), recursive: true);
        DriveInfo drive = new(folder);
        Check.Say("drive", drive.IsReady && drive.TotalSize > 0 && drive.AvailableFreeSpace > 0);

        void Say(Action action)
        {
            try
            {
                action();
                Check.Say("error", "none");
            }
            catch (Exception e)
            {
                Check.Say("error", $"{e.GetType().Name} {e.Message.Replace(folder, "FOLDER")}");
            }
        }
    }
}

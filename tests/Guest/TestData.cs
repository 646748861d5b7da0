using System;
using System.IO;
using System.Text;

namespace Mote.Tests.Guest;

/// <summary>The files that programs work on: made anew from fixed seeds, with fixed times. The programs see them in their working directory.</summary>
internal static class TestData
{
    /// <summary>The working directory inside the machine.</summary>
    public const string GuestFolder = "/data";

    private static readonly DateTime s_time = new(2024, 2, 29, 12, 34, 56, DateTimeKind.Utc);

    private static readonly Lazy<string> s_folder = new(Create);

    /// <summary>The working directory on the host.</summary>
    public static string Folder => s_folder.Value;

    public static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(20240229).NextBytes(bytes);
        return bytes;
    }

    private static string Create()
    {
        string folder = Path.Combine(Repository.Artifacts, "data");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(Path.Combine(folder, "tree", "one", "two"));
        Directory.CreateDirectory(Path.Combine(folder, "tree", "empty"));
        File.WriteAllText(Path.Combine(folder, "tree", "a.txt"), "first\n");
        File.WriteAllText(Path.Combine(folder, "tree", "one", "b.txt"), "second\nfile\n");
        File.WriteAllBytes(Path.Combine(folder, "tree", "one", "two", "c.bin"), Bytes(10000));
        File.CreateSymbolicLink(Path.Combine(folder, "tree", "link"), "one/b.txt");
        File.WriteAllBytes(Path.Combine(folder, "blob.bin"), Bytes(300000));
        File.WriteAllText(Path.Combine(folder, "words.txt"), Words());
        foreach (string script in Directory.GetFiles(Path.Combine(Repository.Root, "tests", "Guest", "data")))
        {
            File.Copy(script, Path.Combine(folder, Path.GetFileName(script)));
        }

        CreateRepository(folder);
        foreach (string entry in Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories))
        {
            FileInfo file = new(entry);
            if (file.LinkTarget is null)
            {
                File.SetUnixFileMode(entry, Directory.Exists(entry) ? (UnixFileMode)0b111_101_101 : (UnixFileMode)0b110_100_100);
            }
        }

        foreach (string entry in Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories))
        {
            ChildRun.Run("touch", ["-h", "-d", "@" + new DateTimeOffset(s_time).ToUnixTimeSeconds(), entry], new ChildOptions());
        }

        return folder;
    }

    /// <summary>repository.git, made from history.txt; without git there is none, and no test of git runs without it.</summary>
    private static void CreateRepository(string folder)
    {
        const string Name = "repository.git";
        if (!File.Exists("/usr/bin/git"))
        {
            return;
        }

        ChildRun.Run("/usr/bin/git", ["init", "-q", "--bare", "--template=", "-b", "main", Name], new ChildOptions { Folder = folder });
        byte[] history = File.ReadAllBytes(Path.Combine(folder, "history.txt"));
        ChildRun.Run("/usr/bin/git", ["--git-dir=" + Name, "fast-import", "--quiet", "--done"], new ChildOptions { Folder = folder, Input = history });
    }

    private static string Words()
    {
        string[] syllables = ["ka", "lo", "mi", "nu", "re", "sa", "to", "vu"];
        Random random = new(7);
        StringBuilder text = new();
        for (int line = 0; line < 2000; line++)
        {
            for (int word = random.Next(1, 6); word > 0; word--)
            {
                for (int syllable = random.Next(1, 4); syllable > 0; syllable--)
                {
                    text.Append(syllables[random.Next(syllables.Length)]);
                }

                text.Append(word > 1 ? ' ' : '\n');
            }
        }

        return text.ToString();
    }
}

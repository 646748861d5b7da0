using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Mote.Imaging.Linking;
using Xunit;

namespace Mote.Tests.Unit.Imaging;

public sealed class LoaderCacheTests
{
    private static readonly Dictionary<string, string> s_libraries = new()
    {
        ["libc.so.6"] = "/lib/x86_64-linux-gnu/libc.so.6",
        ["libz.so.1"] = "/opt/z/libz.so.1",
        ["libstdc++.so.6"] = "/usr/lib/libstdc++.so.6",
        ["libicuuc.so.72"] = "/usr/lib/libicuuc.so.72",
        ["libicuuc.so.9"] = "/usr/lib/libicuuc.so.9",
    };

    [Fact]
    public void Finds_what_was_written()
    {
        LoaderCache cache = LoaderCache.Parse(LoaderCacheWriter.Write(s_libraries));

        Assert.Equal(s_libraries.Count, cache.Count);
        Assert.All(s_libraries, pair => Assert.Equal(pair.Value, cache.Find(pair.Key)));
        Assert.Null(cache.Find("libm.so.6"));
    }

    [Fact]
    public void Reads_a_table_behind_the_old_format()
    {
        byte[] old = new byte[16 + (3 * 12)];
        "ld.so-1.7.0"u8.CopyTo(old);
        old[12] = 3;
        byte[] padded = [.. old, .. new byte[(8 - (old.Length % 8)) % 8], .. LoaderCacheWriter.Write(s_libraries)];

        Assert.Equal("/opt/z/libz.so.1", LoaderCache.Parse(padded).Find("libz.so.1"));
    }

    [Fact]
    public void Is_accepted_by_ldconfig()
    {
        using var folder = new TestFolder();
        File.WriteAllBytes(folder["cache"], LoaderCacheWriter.Write(s_libraries));

        string listed = TestFolder.Run("/sbin/ldconfig", "-p", "-C", folder["cache"]);

        Assert.All(s_libraries, pair => Assert.Contains($"{pair.Key} (libc6,x86-64) => {pair.Value}", listed, StringComparison.Ordinal));
    }

    [Fact]
    public void Has_the_order_of_the_hosts_cache()
    {
        // ldconfig sorted this one, so each name must not be less than the next.
        string listed = TestFolder.Run("/sbin/ldconfig", "-p");
        byte[]? previous = null;
        foreach (string line in listed.Split('\n'))
        {
            int open = line.IndexOf(" (libc6,x86-64", StringComparison.Ordinal);
            if (open > 0)
            {
                byte[] name = Encoding.UTF8.GetBytes(line[..open].Trim() + "\0");
                Assert.True(previous is null || LoaderCacheWriter.Compare(previous, name) >= 0, line);
                previous = name;
            }
        }

        Assert.NotNull(previous);
    }

    [Fact]
    public void Damaged_caches_are_read_without_an_exception()
    {
        byte[] whole = LoaderCacheWriter.Write(s_libraries);
        var random = new Random(21);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] damaged = whole[..random.Next(whole.Length)];
            for (int change = random.Next(4); change > 0 && damaged.Length > 20; change--)
            {
                damaged[random.Next(20, damaged.Length)] = (byte)random.Next(256);
            }

            Assert.InRange(LoaderCache.Parse(damaged).Count, 0, s_libraries.Count);
        }
    }
}

using System;
using System.Globalization;
using System.IO;
using Mote.Imaging.Erofs;
using Mote.Imaging.Tree;
using Xunit;

namespace Mote.Tests.Unit.Imaging;

/// <summary>Images are judged by fsck.erofs, which checks and extracts them.</summary>
public sealed class ErofsWriterTests : IDisposable
{
    private const UnixFileMode Mode = (UnixFileMode)0b110_100_000;
    private readonly TestFolder _folder = new();
    private readonly ImageTree _tree = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(3_000_000)]
    public void Keeps_contents_of_any_length(int size)
    {
        byte[] content = new byte[size];
        new Random(size).NextBytes(content);
        File.WriteAllBytes(_folder["source"], content);
        _tree.AddFile("/a/taken", new FileNode(_folder["source"], size, Mode, DateTime.UnixEpoch, "test"));
        _tree.AddFile("/a/made", new FileNode(content, Mode, "test"));

        string root = WriteAndExtract();

        Assert.Equal(content, File.ReadAllBytes(root + "/a/taken"));
        Assert.Equal(content, File.ReadAllBytes(root + "/a/made"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    [InlineData(5000)]
    public void Keeps_folders_of_any_length(int count)
    {
        for (int i = 0; i < count; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"/d/{new string('n', i % 200)}-ü{i}");
            _tree.AddFile(name, new FileNode([(byte)i], Mode, "test"));
        }

        string root = WriteAndExtract();

        string[] files = Directory.GetFiles(root + "/d");
        Assert.Equal(count, files.Length);
        Assert.All(files, file => Assert.Single(File.ReadAllBytes(file)));
    }

    [Fact]
    public void Keeps_links_modes_and_times()
    {
        var time = new DateTime(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc);
        File.WriteAllText(_folder["source"], "x");
        _tree.AddFile("/file", new FileNode(_folder["source"], 1, Mode, time, "test"));
        _tree.AddLink("/short", new LinkNode("file", "test"));
        string target = "/" + new string('t', 4000);
        _tree.AddLink("/long", new LinkNode(target, "test"));
        _tree.AddDirectory("/tmp", "test", UnixFileMode.StickyBit | (UnixFileMode)0b111_111_111);

        string root = WriteAndExtract("--preserve");

        Assert.Equal(Mode, File.GetUnixFileMode(root + "/file"));
        Assert.Equal(time, File.GetLastWriteTimeUtc(root + "/file"));
        Assert.Equal("file", new FileInfo(root + "/short").LinkTarget);
        Assert.Equal(target, new FileInfo(root + "/long").LinkTarget);
        Assert.Equal(UnixFileMode.StickyBit | (UnixFileMode)0b111_111_111, File.GetUnixFileMode(root + "/tmp"));
    }

    [Fact]
    public void The_same_tree_gives_the_same_bytes()
    {
        _tree.AddFile("/b", new FileNode([1, 2, 3], Mode, "test"));
        _tree.AddFile("/a/x", new FileNode([4], Mode, "test"));
        var other = new ImageTree();
        other.AddFile("/a/x", new FileNode([4], Mode, "test"));
        other.AddFile("/b", new FileNode([1, 2, 3], Mode, "test"));

        Assert.Equal(Bytes(_tree), Bytes(other));
    }

    [Fact]
    public void Folders_behind_links_are_found()
    {
        _tree.AddLink("/lib", new LinkNode("usr/lib", "test"));
        _tree.AddFile("/lib/x", new FileNode([1], Mode, "test"));
        _tree.AddLink("/again", new LinkNode("/lib/../lib", "test"));

        Assert.NotNull(_tree.FindFile("/usr/lib/x"));
        Assert.NotNull(_tree.FindFile("/again/x"));
        Assert.Equal([1], File.ReadAllBytes(WriteAndExtract() + "/usr/lib/x"));
    }

    private static byte[] Bytes(ImageTree tree)
    {
        var output = new MemoryStream();
        ErofsWriter.Write(tree, output);
        return output.ToArray();
    }

    private string WriteAndExtract(params string[] options)
    {
        using (FileStream output = File.Create(_folder["image"]))
        {
            long size = ErofsWriter.Write(_tree, output);
            Assert.Equal(output.Length, size);
        }

        TestFolder.Run("fsck.erofs", [.. options, "--extract=" + _folder["out"], _folder["image"]]);
        return _folder["out"];
    }
}

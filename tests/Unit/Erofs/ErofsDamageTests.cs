using System;
using System.Globalization;
using System.IO;
using Mote.Imaging.Erofs;
using Mote.Imaging.Tree;
using Mote.Kernel.Fs.Erofs;
using Mote.Kernel.Vfs;
using Mote.Machine;
using Mote.Tests.Unit.Imaging;
using Xunit;

namespace Mote.Tests.Unit.Erofs;

/// <summary>Walks damaged images: errors are fine, exceptions and endless loops are not.</summary>
public sealed class ErofsDamageTests
{
    private const int Rounds = 1500;
    private const int MaxInodes = 200;
    private const int MetadataStart = 1024 + 128;

    private readonly byte[] _buffer = new byte[8192];
    private int _inodes;

    [Fact]
    public void Images_of_our_writer() => Damage(OurImage(), 1);

    [Fact]
    public void Images_of_mkfs()
    {
        using var folder = new TestFolder();
        for (int i = 0; i < 40; i++)
        {
            folder.WriteText(string.Create(CultureInfo.InvariantCulture, $"tree/sub{i % 3}/file{i}"), new string('x', i * 150));
        }

        File.CreateSymbolicLink(folder["tree/link"], "sub0/file0");
        TestFolder.Run("mkfs.erofs", "-x-1", folder["image"], folder["tree"]);
        Damage(File.ReadAllBytes(folder["image"]), 2);
    }

    private static byte[] OurImage()
    {
        var tree = new ImageTree();
        for (int i = 0; i < 300; i++)
        {
            tree.AddFile(string.Create(CultureInfo.InvariantCulture, $"/many/{new string('n', 30)}{i}"), new FileNode([], DirectoryNode.DefaultMode, "test"));
        }

        tree.AddFile("/a/b/c", new FileNode(new byte[5000], DirectoryNode.DefaultMode, "test"));
        tree.AddLink("/a/link", new LinkNode("b/c", "test"));
        var output = new MemoryStream();
        ErofsWriter.Write(tree, output);
        return output.ToArray();
    }

    private void Damage(byte[] image, int seed)
    {
        HostedMachine.Start(memoryBytes: 64 << 20);

        // Without its checksum, so that damage to the superblock is met too.
        image[1024 + 8] &= 0xfe;
        Walk(image);
        Assert.True(_inodes > 10);

        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] damaged = (byte[])image.Clone();
            for (int change = random.Next(1, 8); change > 0; change--)
            {
                int at = random.Next(10) == 0 ? random.Next(1024, MetadataStart) : random.Next(MetadataStart, damaged.Length);
                damaged[at] = random.Next(3) switch { 0 => 0xff, 1 => 0, _ => (byte)random.Next(256) };
            }

            Walk(random.Next(20) == 0 ? damaged[..random.Next(damaged.Length)] : damaged);
        }
    }

    private void Walk(byte[] image)
    {
        _inodes = 0;
        if (ErofsFileSystem.Open(new MemoryMedium(image)).TryGet(out ErofsFileSystem fileSystem))
        {
            Visit(fileSystem.Root);
        }
    }

    private void Visit(Inode inode)
    {
        if (++_inodes > MaxInodes)
        {
            return;
        }

        inode.GetAttributes(out _);
        _ = inode.ReadLink(_buffer);
        foreach (ulong offset in (ReadOnlySpan<ulong>)[0, 4000, inode.Size / 2, inode.Size, ulong.MaxValue])
        {
            var sink = new DataSink(_buffer);
            _ = inode.ReadAt(offset, ref sink);
            _ = inode.Pages?.TryGetPage(offset >> PageSize.Shift, false);
        }

        _ = inode.Lookup("zzz"u8);
        _ = inode.ReadDirectory(ulong.MaxValue, new NameSink(1));
        var names = new NameSink(50);
        _ = inode.ReadDirectory(0, names);
        foreach ((string name, _, _) in names.Entries)
        {
            if (inode.Lookup(System.Text.Encoding.UTF8.GetBytes(name)).TryGet(out Inode child))
            {
                Visit(child);
            }
        }
    }
}

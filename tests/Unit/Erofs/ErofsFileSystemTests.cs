using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Mote.Abi.Linux;
using Mote.Imaging.Erofs;
using Mote.Imaging.Tree;
using Mote.Kernel.Fs.Erofs;
using Mote.Kernel.Vfs;
using Mote.Machine;
using Mote.Tests.Unit.Imaging;
using Xunit;

namespace Mote.Tests.Unit.Erofs;

/// <summary>The kernel's reader on images of our own writer and of mkfs.erofs, in the hosted machine's boot module.</summary>
public sealed class ErofsFileSystemTests : IDisposable
{
    private const UnixFileMode Mode = (UnixFileMode)0b110_100_000;
    private readonly TestFolder _folder = new();
    private readonly ImageTree _tree = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(10_000)]
    public void Reads_files_and_maps_their_pages(int size)
    {
        byte[] content = Content(size);
        _tree.AddFile("/d/file", new FileNode(content, Mode, "test"));
        ErofsFileSystem fileSystem = Mount();
        Inode file = Find(fileSystem, "d", "file");

        Assert.Equal(FileType.Regular, file.Type);
        Assert.Equal((ulong)size, file.Size);
        Assert.Equal(content, Read(file));
        Assert.Equal(content, ReadByPages(file));
        Assert.Equal(Errno.ENXIO, file.Pages!.TryGetPage((PageSize.RoundUp((ulong)size) >> PageSize.Shift) + 1, false).Error);
        Assert.Equal(Errno.EROFS, file.Pages.TryGetPage(0, true).Error);
    }

    [Fact]
    public void Pages_are_the_images_own_frames()
    {
        _tree.AddFile("/file", new FileNode(Content(5000), Mode, "test"));

        Frame frame = Find(Mount(), "file").Pages!.TryGetPage(1, false).Value;

        Assert.True(frame.IsPermanent);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(3000)]
    public void Finds_and_lists_every_name(int count)
    {
        _tree.AddDirectory("/d", "test");
        for (int i = 0; i < count; i++)
        {
            _tree.AddFile(Name(i), new FileNode([(byte)i], Mode, "test"));
        }

        Inode directory = Find(Mount(), "d");

        var listed = NameSink.ReadAll(directory, 7);
        Assert.Equal(count, listed.Count);
        Assert.Equal(count, listed.Select(entry => entry.Name).Distinct().Count());
        foreach ((string name, FileType type, ulong number) in listed)
        {
            Inode file = Find(directory, name);
            Assert.Equal(type, file.Type);
            Assert.Equal(number, file.Number);
        }

        foreach (string absent in (string[])["", "!", "n", "zzz", new string('x', 255), "n2-ü"])
        {
            Assert.Equal(Errno.ENOENT, directory.Lookup(Encoding.UTF8.GetBytes(absent)).Error);
        }

        static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"/d/n{i}-{new string('m', i % 100)}");
    }

    [Fact]
    public void Tells_attributes_and_link_targets()
    {
        File.WriteAllText(_folder["source"], "x");
        _tree.AddFile("/file", new FileNode(_folder["source"], 1, UnixFileMode.SetUser | Mode, new DateTime(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc).AddTicks(5), "test"));
        _tree.AddLink("/link", new LinkNode("some/target", "test"));
        ErofsFileSystem fileSystem = Mount();

        Find(fileSystem, "file").GetAttributes(out InodeAttributes attributes);
        Assert.Equal(0xfffu & Convert.ToUInt32("4640", 8), attributes.Mode);
        Assert.Equal(new FileTime(1714979289, 500), attributes.Modified);
        Assert.Equal(1u, attributes.Links);

        byte[] target = new byte[100];
        Inode link = Find(fileSystem, "link");
        Assert.Equal(11, link.ReadLink(target).Value);
        Assert.Equal("some/target", Encoding.UTF8.GetString(target.AsSpan(0, 11)));
        Assert.Equal(4, link.ReadLink(target.AsSpan(0, 4)).Value);

        fileSystem.Root.GetAttributes(out InodeAttributes root);
        Assert.Equal(2u, root.Links);
        Assert.Equal(Errno.EROFS, fileSystem.Root.Unlink("file"u8, link));
    }

    [Fact]
    public void Reads_images_of_mkfs()
    {
        byte[] large = Content(9000);
        byte[] small = Content(700);
        Directory.CreateDirectory(_folder["tree/sub"]);
        File.WriteAllBytes(_folder["tree/large"], large);
        File.WriteAllBytes(_folder["tree/sub/small"], small);
        File.CreateSymbolicLink(_folder["tree/link"], "sub/small");
        TestFolder.Run("ln", _folder["tree/large"], _folder["tree/sub/same"]);

        // Compact inodes with a common time, and short data behind the inodes.
        TestFolder.Run("mkfs.erofs", "-T", "1000", _folder["image"], _folder["tree"]);
        ErofsFileSystem fileSystem = Mount(File.ReadAllBytes(_folder["image"]));

        Inode file = Find(fileSystem, "large");
        Assert.Equal(large, Read(file));
        Assert.Equal(large, ReadByPages(file));
        Assert.Equal(small, Read(Find(fileSystem, "sub", "small")));
        Assert.Equal(small, ReadByPages(Find(fileSystem, "sub", "small")));
        Assert.Same(file, Find(fileSystem, "sub", "same"));
        file.GetAttributes(out InodeAttributes attributes);
        Assert.Equal(2u, attributes.Links);
        Assert.Equal(1000, attributes.Modified.Seconds);
    }

    [Fact]
    public void Refuses_what_is_no_whole_image()
    {
        _tree.AddFile("/file", new FileNode(Content(10_000), Mode, "test"));
        byte[] image = Image();

        Assert.Equal(Errno.EINVAL, ErofsFileSystem.Open(new MemoryMedium([])).Error);
        Assert.Equal(Errno.EINVAL, ErofsFileSystem.Open(new MemoryMedium(new byte[8192])).Error);
        Assert.Equal(Errno.EIO, ErofsFileSystem.Open(new MemoryMedium(image[..^4096])).Error);
        image[1024 + 36]++;
        Assert.Equal(Errno.EIO, ErofsFileSystem.Open(new MemoryMedium(image)).Error);
    }

    private static byte[] Content(int size)
    {
        byte[] content = new byte[size];
        new Random(size).NextBytes(content);
        return content;
    }

    private static Inode Find(ErofsFileSystem fileSystem, params string[] names) => names.Aggregate(fileSystem.Root, Find);

    private static Inode Find(Inode directory, string name) => directory.Lookup(Encoding.UTF8.GetBytes(name)).Value;

    private static byte[] Read(Inode file)
    {
        // In pieces of an odd length, the last one larger than what is left.
        var all = new MemoryStream();
        byte[] buffer = new byte[977];
        while (true)
        {
            var sink = new DataSink(buffer);
            int count = (int)file.ReadAt((ulong)all.Length, ref sink).Value;
            if (count == 0)
            {
                return all.ToArray();
            }

            all.Write(buffer, 0, count);
        }
    }

    private static byte[] ReadByPages(Inode file)
    {
        byte[] all = new byte[PageSize.RoundUp(file.Size)];
        for (int at = 0; at < all.Length; at += PageSize.Bytes)
        {
            file.Pages!.TryGetPage((ulong)at >> PageSize.Shift, false).Value.Read(0, all.AsSpan(at, PageSize.Bytes));
        }

        // What follows the end within the last page is zero.
        Assert.Equal(-1, all.AsSpan((int)file.Size).IndexOfAnyExcept((byte)0));
        return all[..(int)file.Size];
    }

    private ErofsFileSystem Mount() => Mount(Image());

    private static ErofsFileSystem Mount(byte[] image)
    {
        HostedMachine.Start(memoryBytes: 16 << 20, bootModule: image);
        return ErofsFileSystem.Open(new BootModuleMedium()).Value;
    }

    private byte[] Image()
    {
        var output = new MemoryStream();
        ErofsWriter.Write(_tree, output);
        return output.ToArray();
    }
}

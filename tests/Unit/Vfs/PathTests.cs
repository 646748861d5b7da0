using Mote.Abi.Linux;
using Mote.Kernel.Fs.Ram;
using Mote.Kernel.Vfs;
using Xunit;

namespace Mote.Tests.Unit.Vfs;

public class PathTests
{
    private readonly TestTree _tree = new();

    [Fact]
    public void Walks_names_dots_and_slashes()
    {
        Assert.Equal(Errno.None, _tree.MakeDirectory("/a"));
        Assert.Equal(Errno.None, _tree.MakeDirectory("a/b/"));
        _tree.WriteFile("/a/b/c", "text");
        Assert.Equal("text", _tree.ReadFile("//a/./b/../b//c"));
        Assert.Equal("/a/b", _tree.PathOf(_tree.Resolve("/a/b/../../../a/b/.").Value));
        Assert.Equal(Errno.ENOTDIR, _tree.Resolve("/a/b/c/").Error);
        Assert.Equal(Errno.ENOTDIR, _tree.Resolve("/a/b/c/d").Error);
        Assert.Equal(Errno.ENOENT, _tree.Resolve("/a/x/c").Error);
        Assert.Equal(Errno.ENOENT, _tree.Resolve("").Error);
        Assert.Equal(Errno.ENAMETOOLONG, _tree.Resolve("/" + new string('x', 256)).Error);
        Assert.Equal(Errno.ENOENT, _tree.Resolve("/" + new string('x', 255)).Error);
    }

    [Fact]
    public void Follows_links_on_the_way_and_at_the_end()
    {
        Assert.Equal(Errno.None, _tree.MakeDirectory("/d"));
        _tree.WriteFile("/d/f", "1");
        Assert.Equal(Errno.None, _tree.MakeLink("/abs", "/d"));
        Assert.Equal(Errno.None, _tree.MakeLink("/d/up", "../d/./f"));
        Assert.Equal("1", _tree.ReadFile("/abs/f"));
        Assert.Equal("1", _tree.ReadFile("/abs/up"));
        Assert.True(_tree.Resolve("/abs", WalkFlags.None).Value.Inode.IsSymbolicLink);
        Assert.True(_tree.Resolve("/abs/", WalkFlags.None).Value.IsDirectory);
        Assert.Equal(Errno.ENOTDIR, _tree.Resolve("/d/up/", WalkFlags.None).Error);
    }

    [Fact]
    public void A_circle_of_links_ends_after_forty()
    {
        Assert.Equal(Errno.None, _tree.MakeLink("/x", "y"));
        Assert.Equal(Errno.None, _tree.MakeLink("/y", "x"));
        Assert.Equal(Errno.ELOOP, _tree.Resolve("/x").Error);
        Assert.Equal(Errno.ELOOP, _tree.Resolve("/x/z").Error);
        Assert.Equal(Errno.ELOOP, _tree.Open("/x", OpenFlags.ReadOnly | OpenFlags.NoFollow).Error);
        _tree.WriteFile("/l0", "end");
        for (int i = 1; i <= 41; i++)
        {
            Assert.Equal(Errno.None, _tree.MakeLink("/l" + i, "l" + (i - 1)));
        }

        Assert.True(_tree.Resolve("/l40").IsOk);
        Assert.Equal(Errno.ELOOP, _tree.Resolve("/l41").Error);
    }

    [Fact]
    public void Opening_with_create_follows_a_dangling_link()
    {
        Assert.Equal(Errno.None, _tree.MakeLink("/link", "target"));
        _tree.WriteFile("/link", "made");
        Assert.Equal("made", _tree.ReadFile("/target"));
        Assert.Equal(Errno.EEXIST, _tree.Open("/link", OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive).Error);
    }

    [Fact]
    public void Open_has_linux_errors()
    {
        Assert.Equal(Errno.None, _tree.MakeDirectory("/d"));
        _tree.WriteFile("/f", "");
        Assert.Equal(Errno.EISDIR, _tree.Open("/d", OpenFlags.WriteOnly).Error);
        Assert.Equal(Errno.EISDIR, _tree.Open("/d", OpenFlags.ReadOnly | OpenFlags.Create).Error);
        Assert.Equal(Errno.EISDIR, _tree.Open("/new/", OpenFlags.WriteOnly | OpenFlags.Create).Error);
        Assert.Equal(Errno.ENOTDIR, _tree.Open("/f", OpenFlags.ReadOnly | OpenFlags.Directory).Error);
        Assert.Equal(Errno.ENOENT, _tree.Open("/none", OpenFlags.ReadOnly).Error);
        Assert.Equal(Errno.EINVAL, _tree.Open("/f", OpenFlags.Create | OpenFlags.Directory).Error);
    }

    [Fact]
    public void Mounts_hide_what_is_below_and_dot_dot_leaves_them()
    {
        Assert.Equal(Errno.None, _tree.MakeDirectory("/m"));
        Assert.Equal(Errno.None, _tree.MakeDirectory("/m/hidden"));
        RamFileSystem other = new(_tree.Clock, _tree.Devices, 1 << 20, 0x1ff);
        Assert.Equal(Errno.None, _tree.Tree.MountAt("/m"u8, other, "rw"));
        Assert.Equal(Errno.ENOENT, _tree.Resolve("/m/hidden").Error);
        _tree.WriteFile("/m/f", "x");
        Assert.Equal("/m/f", _tree.PathOf(_tree.Resolve("/m/../m/f").Value));
        Assert.Equal("/", _tree.PathOf(_tree.Resolve("/m/..").Value));
        Assert.Equal(Errno.EXDEV, _tree.Rename("/m/f", "/f"));
        Assert.Equal(Errno.EBUSY, _tree.RemoveDirectory("/m"));
        Assert.NotEqual(_tree.Resolve("/").Value.Inode.FileSystem.Device, _tree.Resolve("/m").Value.Inode.FileSystem.Device);
    }

    [Fact]
    public void Others_need_permissions_and_root_does_not()
    {
        Assert.Equal(Errno.None, _tree.MakeDirectory("/private"));
        _tree.WriteFile("/private/f", "x");
        Assert.Equal(Errno.None, FileTree.ChangeMode(_tree.Context, _tree.Resolve("/private").Value, 0x1c0));
        Assert.True(_tree.Resolve("/private/f").IsOk);
        _tree.Become(1000);
        Assert.Equal(Errno.EACCES, _tree.Resolve("/private/f").Error);
        Assert.Equal(Errno.EACCES, _tree.MakeDirectory("/mine"));
        Assert.Equal(Errno.EPERM, FileTree.ChangeMode(_tree.Context, _tree.Resolve("/private").Value, 0x1ff));
    }
}

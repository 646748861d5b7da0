using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Xunit;

namespace Mote.Tests.Unit.Vfs;

public class NameTests
{
    private readonly TestTree _tree = new();

    [Fact]
    public void Making_and_removing_has_linux_errors()
    {
        Assert.Equal(Errno.None, _tree.MakeDirectory("/d"));
        Assert.Equal(Errno.EEXIST, _tree.MakeDirectory("/d"));
        Assert.Equal(Errno.EEXIST, _tree.MakeDirectory("/"));
        Assert.Equal(Errno.EEXIST, _tree.MakeDirectory("/d/."));
        Assert.Equal(Errno.ENOENT, _tree.MakeDirectory("/none/d"));
        _tree.WriteFile("/d/f", "");
        Assert.Equal(Errno.ENOTDIR, _tree.MakeDirectory("/d/f/x"));
        Assert.Equal(Errno.ENOTEMPTY, _tree.RemoveDirectory("/d"));
        Assert.Equal(Errno.ENOTDIR, _tree.RemoveDirectory("/d/f"));
        Assert.Equal(Errno.EINVAL, _tree.RemoveDirectory("/d/."));
        Assert.Equal(Errno.ENOTEMPTY, _tree.RemoveDirectory("/d/.."));
        Assert.Equal(Errno.EBUSY, _tree.RemoveDirectory("/"));
        Assert.Equal(Errno.EISDIR, _tree.Unlink("/d"));
        Assert.Equal(Errno.ENOTDIR, _tree.Unlink("/d/f/"));
        Assert.Equal(Errno.None, _tree.Unlink("/d/f"));
        Assert.Equal(Errno.ENOENT, _tree.Unlink("/d/f"));
        Assert.Equal(Errno.None, _tree.RemoveDirectory("/d/"));
        Assert.Equal(Errno.ENOENT, _tree.Resolve("/d").Error);
        Assert.Equal(Errno.ENOENT, _tree.MakeLink("/l", ""));
        Assert.Equal(Errno.ENOENT, _tree.MakeLink("/l/", "x"));
    }

    [Fact]
    public void Rename_replaces_and_refuses_as_linux()
    {
        _tree.WriteFile("/a", "a");
        _tree.WriteFile("/b", "b");
        Assert.Equal(Errno.None, _tree.MakeDirectory("/d"));
        Assert.Equal(Errno.None, _tree.MakeDirectory("/d/e"));
        Assert.Equal(Errno.EEXIST, _tree.Rename("/a", "/b", RenameFlags.NoReplace));
        Assert.Equal(Errno.None, _tree.Rename("/a", "/b"));
        Assert.Equal("a", _tree.ReadFile("/b"));
        Assert.Equal(Errno.ENOENT, _tree.Rename("/a", "/c"));
        Assert.Equal(Errno.EISDIR, _tree.Rename("/b", "/d"));
        Assert.Equal(Errno.ENOTDIR, _tree.Rename("/d", "/b"));
        Assert.Equal(Errno.EINVAL, _tree.Rename("/d", "/d/e/f"));
        Assert.Equal(Errno.ENOTEMPTY, _tree.Rename("/d/e", "/d"));
        Assert.Equal(Errno.EBUSY, _tree.Rename("/d/.", "/x"));
        Assert.Equal(Errno.ENOTDIR, _tree.Rename("/b", "/x/"));
        PathNode held = _tree.Resolve("/d/e").Value;
        Assert.Equal(Errno.None, _tree.Rename("/d/e", "/moved/"));
        Assert.Equal("/moved", _tree.PathOf(held));
        Assert.Equal(Errno.None, _tree.Rename("/moved", "/d"));
        Assert.Equal(["b", "d"], _tree.List("/").FindAll(static n => n[0] != '.'));
    }

    [Fact]
    public void Rename_exchanges()
    {
        _tree.WriteFile("/f", "file");
        Assert.Equal(Errno.None, _tree.MakeDirectory("/d"));
        _tree.WriteFile("/d/in", "in");
        Assert.Equal(Errno.None, _tree.Rename("/f", "/d", RenameFlags.Exchange));
        Assert.Equal("file", _tree.ReadFile("/d"));
        Assert.Equal("in", _tree.ReadFile("/f/in"));
        Assert.Equal(Errno.ENOENT, _tree.Rename("/f", "/none", RenameFlags.Exchange));
    }

    [Fact]
    public void Hard_links_count()
    {
        _tree.WriteFile("/a", "x");
        Assert.Equal(Errno.None, _tree.Tree.Link(_tree.Context, _tree.Resolve("/a").Value, _tree.Tree.Root, "/b"u8));
        Assert.Equal(2u, _tree.Attributes("/a").Links);
        Assert.Equal(_tree.Resolve("/a").Value.Inode, _tree.Resolve("/b").Value.Inode);
        Assert.Equal(Errno.None, _tree.Rename("/a", "/b")); // two names of one file: nothing happens
        Assert.True(_tree.Resolve("/a").IsOk);
        Assert.Equal(Errno.None, _tree.Unlink("/a"));
        Assert.Equal("x", _tree.ReadFile("/b"));
        Assert.Equal(Errno.None, _tree.MakeDirectory("/d"));
        Assert.Equal(Errno.EPERM, _tree.Tree.Link(_tree.Context, _tree.Resolve("/d").Value, _tree.Tree.Root, "/e"u8));
        Assert.Equal(3u, _tree.Attributes("/").Links);
    }

    [Fact]
    public void Reading_a_directory_goes_on_while_entries_are_removed()
    {
        for (int i = 0; i < 100; i++)
        {
            _tree.WriteFile("/f" + i, "");
        }

        OpenFile directory = _tree.Open("/", OpenFlags.ReadOnly).Value;
        int seen = 0;
        while (true)
        {
            TestTree.NameSink sink = new(7);
            Assert.Equal(Errno.None, directory.ReadDirectory(sink));
            if (sink.Names.Count == 0)
            {
                break;
            }

            foreach (string name in sink.Names)
            {
                if (name[0] == 'f')
                {
                    seen++;
                    Assert.Equal(Errno.None, _tree.Unlink("/" + name));
                }
            }
        }

        Assert.Equal(100, seen);
        Assert.Equal([".", ".."], _tree.List("/"));
    }
}

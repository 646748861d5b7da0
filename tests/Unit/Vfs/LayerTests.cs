using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Xunit;

namespace Mote.Tests.Unit.Vfs;

public class LayerTests
{
    private readonly TestTree _lower = new();
    private readonly TestTree _tree;

    public LayerTests()
    {
        Assert.Equal(Errno.None, _lower.MakeDirectory("/etc"));
        Assert.Equal(Errno.None, _lower.MakeDirectory("/empty"));
        _lower.WriteFile("/etc/a", "lower a");
        _lower.WriteFile("/etc/b", new string('b', 10_000));
        Assert.Equal(Errno.None, _lower.MakeLink("/etc/link", "a"));
        _tree = _lower.Layer();
    }

    /// <summary>What the layer itself holds: what lies below counts as space in use too.</summary>
    private ulong PagesOfLayer => PagesInUse(_tree) - PagesInUse(_lower);

    [Fact]
    public void What_is_below_shows_through()
    {
        Assert.Equal("lower a", _tree.ReadFile("/etc/link"));
        Assert.Equal([".", "..", "a", "b", "link"], _tree.List("/etc"));
        Assert.Equal(0UL, PagesOfLayer);
    }

    [Fact]
    public void Writing_copies_the_touched_pages_only()
    {
        OpenFile file = _tree.Open("/etc/b", OpenFlags.ReadWrite).Value;
        file.Seek(5000, SeekOrigin.Start);
        TestTree.Write(file, "XX");
        file.Position = 4998;
        Assert.Equal("bbXXbb", TestTree.Read(file, 6));
        file.Release();
        Assert.Equal(1UL, PagesOfLayer);
        Assert.Equal(new string('b', 10_000), _lower.ReadFile("/etc/b"));
        Assert.Equal(10_000UL, _tree.Attributes("/etc/b").Size);
    }

    [Fact]
    public void Truncating_hides_the_lower_rest()
    {
        OpenFile file = _tree.Open("/etc/b", OpenFlags.ReadWrite).Value;
        Assert.Equal(Errno.None, file.Truncate(3));
        Assert.Equal(Errno.None, file.Truncate(8192));
        Assert.Equal("bbb\0", TestTree.Read(file, 4));
        file.Position = 5000;
        Assert.Equal("\0", TestTree.Read(file, 1));
        file.Release();
        _tree.WriteFile("/etc/a", "new");
        Assert.Equal("new", _tree.ReadFile("/etc/a"));
        Assert.Equal("lower a", _lower.ReadFile("/etc/a"));
    }

    [Fact]
    public void Removed_names_stay_hidden_and_can_be_made_again()
    {
        Assert.Equal(Errno.None, _tree.Unlink("/etc/a"));
        Assert.Equal(Errno.ENOENT, _tree.Resolve("/etc/a").Error);
        Assert.Equal([".", "..", "b", "link"], _tree.List("/etc"));
        _tree.WriteFile("/etc/a", "again");
        Assert.Equal([".", "..", "a", "b", "link"], _tree.List("/etc"));
        Assert.Equal(Errno.ENOTEMPTY, _tree.RemoveDirectory("/etc"));
        Assert.Equal(Errno.None, _tree.Unlink("/etc/a"));
        Assert.Equal(Errno.None, _tree.Unlink("/etc/b"));
        Assert.Equal(Errno.None, _tree.Unlink("/etc/link"));
        Assert.Equal(Errno.None, _tree.RemoveDirectory("/etc"));
        Assert.Equal(Errno.None, _tree.MakeDirectory("/etc"));
        Assert.Equal([".", ".."], _tree.List("/etc"));
    }

    [Fact]
    public void Lower_directories_can_be_renamed_with_their_contents()
    {
        Assert.Equal(Errno.None, _tree.Rename("/etc", "/conf"));
        Assert.Equal(Errno.ENOENT, _tree.Resolve("/etc").Error);
        Assert.Equal("lower a", _tree.ReadFile("/conf/a"));
        Assert.Equal([".", "..", "conf", "empty"], _tree.List("/"));
        Assert.Equal(Errno.None, _tree.Rename("/conf", "/empty"));
        Assert.Equal("lower a", _tree.ReadFile("/empty/a"));
    }

    [Fact]
    public void Attributes_change_above_only()
    {
        Assert.Equal(Errno.None, FileTree.ChangeMode(_tree.Context, _tree.Resolve("/etc/a").Value, 0x100));
        Assert.Equal(0x100u, _tree.Attributes("/etc/a").Mode);
        Assert.NotEqual(0x100u, _lower.Attributes("/etc/a").Mode);
    }

    private static ulong PagesInUse(TestTree tree) => tree.Files.Statistics.Blocks - tree.Files.Statistics.FreeBlocks;
}

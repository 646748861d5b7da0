using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Xunit;

namespace Mote.Tests.Unit.Vfs;

/// <summary>The RESOLVE_ flags of openat2(2).</summary>
public class RestrictedWalkTests
{
    private readonly TestTree _tree = new();
    private readonly PathNode _in;

    public RestrictedWalkTests()
    {
        _tree.Tree.MakeDirectory(_tree.Context, _tree.Tree.Root, "/in"u8, 0x1ed);
        _tree.Tree.MakeDirectory(_tree.Context, _tree.Tree.Root, "/in/sub"u8, 0x1ed);
        _tree.WriteFile("/in/file", "1");
        _tree.WriteFile("/out", "1");
        _tree.Tree.MakeLink(_tree.Context, _tree.Tree.Root, "/in/up"u8, "../out"u8);
        _tree.Tree.MakeLink(_tree.Context, _tree.Tree.Root, "/in/absolute"u8, "/file"u8);
        _in = _tree.Tree.Root.Lookup("in"u8).Value;
    }

    [Theory]
    [InlineData("file", WalkFlags.Beneath, Errno.None)]
    [InlineData("sub/../file", WalkFlags.Beneath, Errno.None)]
    [InlineData("../out", WalkFlags.Beneath, Errno.EXDEV)]
    [InlineData("sub/../../out", WalkFlags.Beneath, Errno.EXDEV)]
    [InlineData("..", WalkFlags.Beneath, Errno.EXDEV)]
    [InlineData("up", WalkFlags.Beneath, Errno.EXDEV)]
    [InlineData("absolute", WalkFlags.Beneath, Errno.EXDEV)]
    [InlineData("/in/file", WalkFlags.Beneath, Errno.EXDEV)]
    [InlineData("/file", WalkFlags.InRoot, Errno.None)]
    [InlineData("absolute", WalkFlags.InRoot, Errno.None)]
    [InlineData("../../file", WalkFlags.InRoot, Errno.None)]
    [InlineData("up", WalkFlags.InRoot, Errno.ENOENT)]
    [InlineData("up", WalkFlags.RefuseLinks, Errno.ELOOP)]
    [InlineData("up", WalkFlags.OneFileSystem, Errno.None)]
    public void Stays_where_it_is_kept(string path, WalkFlags restriction, Errno expected)
    {
        Result<PathNode> found = _tree.Tree.Resolve(_tree.Context, _in, TestTree.Bytes(path), WalkFlags.Follow | restriction);
        Assert.Equal(expected, found.IsOk ? Errno.None : found.Error);
    }

    [Fact]
    public void Does_not_cross_into_a_mount()
    {
        Kernel.Fs.Ram.RamFileSystem other = new(_tree.Clock, _tree.Devices, 1 << 20, 0x1ed);
        Assert.Equal(Errno.None, _tree.Tree.MountAt("/in/sub"u8, other, "rw"));
        Assert.Equal(Errno.EXDEV, _tree.Tree.Resolve(_tree.Context, _in, "sub"u8, WalkFlags.OneFileSystem).Error);
        PathNode inside = _tree.Tree.Resolve(_tree.Context, _in, "sub"u8, WalkFlags.None).Value;
        Assert.Equal(Errno.EXDEV, _tree.Tree.Resolve(_tree.Context, inside, ".."u8, WalkFlags.OneFileSystem).Error);
        Assert.Equal(_tree.Tree.MountIdOf(_in) + 1, _tree.Tree.MountIdOf(inside));
    }
}

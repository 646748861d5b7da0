using Mote.Abi.Linux;
using Mote.Kernel.Fs.Ram;
using Mote.Kernel.Vfs;
using Mote.Machine;
using Xunit;

namespace Mote.Tests.Unit.Vfs;

public class RamFileTests
{
    private readonly TestTree _tree = new();

    [Fact]
    public void Writes_reads_seeks_and_appends()
    {
        OpenFile file = _tree.Open("/f", OpenFlags.ReadWrite | OpenFlags.Create).Value;
        Assert.Equal(5, TestTree.Write(file, "hello"));
        Assert.Equal(2, file.Seek(2, SeekOrigin.Start).Value);
        Assert.Equal("llo", TestTree.Read(file, 10));
        Assert.Equal("", TestTree.Read(file, 10));
        Assert.Equal(Errno.EINVAL, file.Seek(-1, SeekOrigin.Start).Error);
        file.Release();
        OpenFile appending = _tree.Open("/f", OpenFlags.WriteOnly | OpenFlags.Append).Value;
        TestTree.Write(appending, " world");
        appending.Release();
        Assert.Equal("hello world", _tree.ReadFile("/f"));
    }

    [Fact]
    public void Holes_read_as_zero_and_take_no_pages()
    {
        OpenFile file = _tree.Open("/f", OpenFlags.ReadWrite | OpenFlags.Create).Value;
        file.Seek(10L << 20, SeekOrigin.Start);
        TestTree.Write(file, "end");
        Assert.Equal(8u, _tree.Attributes("/f").Blocks);
        Assert.Equal((10u << 20) + 3, _tree.Attributes("/f").Size);
        file.Position = 4096;
        Assert.Equal("\0\0", TestTree.Read(file, 2));
        Assert.Equal(0, file.Seek(0, SeekOrigin.Hole).Value);
        Assert.Equal(10L << 20, file.Seek(0, SeekOrigin.Data).Value);
        Assert.Equal(Errno.ENXIO, file.Seek(11L << 20, SeekOrigin.Data).Error);
        file.Release();
    }

    [Fact]
    public void Allocating_more_than_there_is_takes_nothing()
    {
        OpenFile file = _tree.Open("/f", OpenFlags.ReadWrite | OpenFlags.Create).Value;
        ulong before = MemoryStatistics.AvailableBytes;
        Assert.Equal(Errno.ENOSPC, file.Inode.Allocate(0, 0, 1UL << 45));
        Assert.InRange(before - MemoryStatistics.AvailableBytes, 0UL, 1UL << 16);
        Assert.Equal(0u, _tree.Attributes("/f").Size);
        Assert.Equal(Errno.None, file.Inode.Allocate(0, 0, 1 << 16));
        file.Release();
    }

    [Fact]
    public void Truncating_zeroes_what_is_behind_the_end()
    {
        OpenFile file = _tree.Open("/f", OpenFlags.ReadWrite | OpenFlags.Create).Value;
        TestTree.Write(file, "abcdef");
        Assert.Equal(Errno.None, file.Truncate(2));
        Assert.Equal(Errno.None, file.Truncate(6));
        file.Position = 0;
        Assert.Equal("ab\0\0\0\0", TestTree.Read(file, 10));
        file.Release();
    }

    [Fact]
    public void A_removed_file_lives_while_it_is_open_and_frees_its_pages_then()
    {
        ulong before = MemoryStatistics.AvailableBytes;
        OpenFile file = _tree.Open("/f", OpenFlags.ReadWrite | OpenFlags.Create).Value;
        TestTree.Write(file, new string('x', 100_000));
        Assert.Equal(Errno.None, _tree.Unlink("/f"));
        Assert.True(file.Path.IsDeleted);
        Assert.Equal("/f (deleted)", _tree.PathOf(file.Path));
        file.Position = 0;
        Assert.Equal("xx", TestTree.Read(file, 2));
        Assert.True(MemoryStatistics.AvailableBytes < before);
        file.Release();
        Assert.Equal(before, MemoryStatistics.AvailableBytes);
    }

    [Fact]
    public void A_full_file_system_says_so()
    {
        OpenFile file = _tree.Open("/f", OpenFlags.ReadWrite | OpenFlags.Create).Value;
        byte[] data = new byte[17 << 20];
        DataSource source = new(data);
        Assert.Equal(16 << 20, file.Write(ref source).Value);
        DataSource more = new(data);
        Assert.Equal(Errno.ENOSPC, file.Write(ref more).Error);
        file.Release();
    }

    [Fact]
    public void Seals_forbid()
    {
        OpenFile file = new MemoryFiles(_tree.Clock, _tree.Devices, 1 << 20).Create("name"u8, MemoryFileKind.Sealable, 0, 0);
        Assert.Equal("/memfd:name (deleted)", _tree.PathOf(file.Path));
        TestTree.Write(file, "data");
        Assert.Equal(Errno.None, file.Inode.AddSeals(2));
        Assert.Equal(Errno.EPERM, file.Truncate(1));
        Assert.Equal(Errno.None, file.Inode.AddSeals(8 | 1));
        DataSource source = new("x"u8);
        Assert.Equal(Errno.EPERM, file.Write(ref source).Error);
        Assert.Equal(Errno.EPERM, file.Inode.AddSeals(4));
        file.Release();
    }
}

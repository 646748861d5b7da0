using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Xunit;

namespace Mote.Tests.Unit.Vfs;

public class FileTableTests
{
    private readonly TestTree _tree = new();
    private readonly FileTable _table = new();

    [Fact]
    public void The_lowest_free_number_is_given()
    {
        Assert.Equal(0, Add());
        Assert.Equal(1, Add());
        Assert.Equal(2, Add());
        Assert.Equal(Errno.None, _table.Close(1));
        Assert.Equal(10, _table.Add(Make(), false, 10).Value);
        Assert.Equal(1, Add());
        Assert.Equal(3, Add());
        Assert.Equal(Errno.EBADF, _table.Close(7));
        Assert.Equal(Errno.EBADF, _table.Close(-1));
    }

    [Fact]
    public void The_limit_holds()
    {
        _table.Limit = 2;
        Add();
        Add();
        OpenFile third = Make();
        Assert.Equal(Errno.EMFILE, _table.Add(third, false).Error);
        Assert.Equal(Errno.EBADF, _table.Replace(2, third, false).Error);
    }

    [Fact]
    public void Files_are_closed_with_the_last_descriptor()
    {
        OpenFile file = Make();
        _table.Add(file, closeOnExec: true);
        file.AddReference();
        Assert.Equal(5, _table.Replace(5, file, false).Value);
        FileTable copy = _table.Clone();
        _table.CloseMarked();
        Assert.Null(_table.Get(0));
        Assert.NotNull(_table.Get(5));
        _table.Unshare();
        Assert.True(file.IsOpen);
        copy.Unshare();
        Assert.False(file.IsOpen);
    }

    private int Add() => _table.Add(Make(), false).Value;

    private EventFile Make() => new(_tree.Tree, 0, false, OpenFlags.ReadOnly);
}

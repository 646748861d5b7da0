using System;
using System.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Xunit;

namespace Mote.Tests.Unit.Vfs;

public class ExtendedAttributeTests
{
    private readonly Inode _inode;

    public ExtendedAttributeTests()
    {
        TestTree tree = new();
        tree.WriteFile("/f", "1");
        _inode = tree.Tree.Root.Lookup("f"u8).Value.Inode;
    }

    [Fact]
    public void Values_are_kept_under_their_names()
    {
        Assert.Equal(Errno.ENODATA, _inode.GetExtended("user.a"u8, default).Error);
        Assert.Equal(Errno.ENODATA, _inode.SetExtended("user.a"u8, "1"u8, ExtendedFlags.Replace));
        Assert.Equal(Errno.None, _inode.SetExtended("user.a"u8, "one"u8, ExtendedFlags.Create));
        Assert.Equal(Errno.EEXIST, _inode.SetExtended("user.a"u8, "1"u8, ExtendedFlags.Create));
        Assert.Equal(Errno.None, _inode.SetExtended("user.b"u8, ""u8, ExtendedFlags.None));
        byte[] value = new byte[3];
        Assert.Equal(3, _inode.GetExtended("user.a"u8, default).Value);
        Assert.Equal(3, _inode.GetExtended("user.a"u8, value).Value);
        Assert.Equal("one", Encoding.ASCII.GetString(value));
        Assert.Equal(Errno.ERANGE, _inode.GetExtended("user.a"u8, new byte[2]).Error);
        Assert.Equal("user.b", Encoding.ASCII.GetString(ExtendedName(1)));
        Assert.Equal(Errno.None, _inode.RemoveExtended("user.a"u8));
        Assert.Equal("user.b", Encoding.ASCII.GetString(ExtendedName(0)));
        Assert.True(ExtendedName(1).IsEmpty);
    }

    [Fact]
    public void All_values_of_a_file_are_limited()
    {
        Assert.Equal(Errno.None, _inode.SetExtended("user.a"u8, new byte[65536], ExtendedFlags.None));
        Assert.Equal(Errno.ENOSPC, _inode.SetExtended("user.b"u8, new byte[65536], ExtendedFlags.None));
        Assert.Equal(Errno.None, _inode.SetExtended("user.a"u8, new byte[100], ExtendedFlags.None));
        Assert.Equal(Errno.None, _inode.SetExtended("user.b"u8, new byte[65536], ExtendedFlags.None));
    }

    [Fact]
    public void Many_come_and_go_and_stay_in_order()
    {
        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal(Errno.None, _inode.SetExtended(Encoding.ASCII.GetBytes($"user.{i}"), "v"u8, ExtendedFlags.Create));
            if (i % 10 != 0)
            {
                Assert.Equal(Errno.None, _inode.RemoveExtended(Encoding.ASCII.GetBytes($"user.{i}")));
            }
        }

        Assert.Equal("user.0", Encoding.ASCII.GetString(ExtendedName(0)));
        Assert.Equal("user.990", Encoding.ASCII.GetString(ExtendedName(99)));
        Assert.True(ExtendedName(100).IsEmpty);
    }

    private ReadOnlySpan<byte> ExtendedName(int index)
    {
        int place = 0;
        ReadOnlySpan<byte> name = _inode.NextExtended(ref place);
        for (int i = 0; i < index; i++)
        {
            name = _inode.NextExtended(ref place);
        }

        return name;
    }
}

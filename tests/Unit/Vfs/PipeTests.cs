using System;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Xunit;

namespace Mote.Tests.Unit.Vfs;

public class PipeTests
{
    private readonly OpenFile _reader;
    private readonly OpenFile _writer;

    public PipeTests()
    {
        Pipe.Create(new TestTree().Tree, OpenFlags.NonBlock, out _reader, out _writer);
    }

    [Fact]
    public void Bytes_come_out_in_order()
    {
        Assert.Equal(3, TestTree.Write(_writer, "abc"));
        TestTree.Write(_writer, "def");
        Assert.Equal("abcd", TestTree.Read(_reader, 4));
        Assert.Equal("ef", TestTree.Read(_reader, 4));
        DataSink sink = new(new byte[1]);
        Assert.Equal(Errno.EAGAIN, _reader.Read(ref sink).Error);
    }

    [Fact]
    public void It_holds_64_KiB_and_small_writes_are_whole()
    {
        byte[] data = new byte[70_000];
        DataSource source = new(data);
        Assert.Equal(65_536, _writer.Write(ref source).Value);
        Assert.Equal(PollEvents.None, _writer.Poll());
        Assert.Equal(10, TestTree.Read(_reader, 10).Length);
        DataSource small = new(new byte[100]);
        Assert.Equal(Errno.EAGAIN, _writer.Write(ref small).Error);
        DataSource large = new(new byte[5000]);
        Assert.Equal(10, _writer.Write(ref large).Value);
        Assert.Equal(PollEvents.Readable, _reader.Poll());
    }

    [Fact]
    public void What_was_looked_at_stays_until_it_is_dropped()
    {
        Pipe pipe = ((PipeFile)_reader).Pipe;
        TestTree.Write(_writer, new string('a', 4090) + "0123456789");
        byte[] seen = new byte[20];
        Assert.Equal(10, pipe.Peek(4090, seen));
        Assert.Equal("0123456789"u8, seen.AsSpan(0, 10));
        pipe.Drop(4091);
        Assert.Equal("123456789", TestTree.Read(_reader, 100));
        Assert.Equal(0, pipe.Peek(0, seen));
    }

    [Fact]
    public void A_closed_end_is_seen_at_the_other()
    {
        TestTree.Write(_writer, "x");
        _writer.Release();
        Assert.Equal(PollEvents.Readable | PollEvents.HangUp, _reader.Poll());
        Assert.Equal("x", TestTree.Read(_reader, 9));
        Assert.Equal("", TestTree.Read(_reader, 9));
        Assert.Equal(PollEvents.HangUp, _reader.Poll());
    }

    [Fact]
    public void Without_a_reader_writing_fails()
    {
        _reader.Release();
        DataSource source = new("x"u8);
        Assert.Equal(Errno.EPIPE, _writer.Write(ref source).Error);
        Assert.Equal(PollEvents.Writable | PollEvents.Error, _writer.Poll());
    }

    [Fact]
    public void Resizing_keeps_the_bytes()
    {
        DataSource source = new(new byte[60_000]);
        Assert.Equal(60_000, _writer.Write(ref source).Value);
        Assert.Equal(50_000, TestTree.Read(_reader, 50_000).Length);
        TestTree.Write(_writer, "tail");
        Pipe pipe = ((PipeFile)_reader).Pipe;
        Assert.Equal(1 << 17, pipe.Resize(100_000).Value);
        Assert.Equal(Errno.EBUSY, pipe.Resize(4096).Error);
        Assert.EndsWith("\0tail", TestTree.Read(_reader, 20_000));
        Assert.Equal(4096, pipe.Resize(1).Value);
    }
}

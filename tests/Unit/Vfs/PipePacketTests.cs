using Mote.Abi.Linux;
using Mote.Kernel.Vfs;
using Xunit;

namespace Mote.Tests.Unit.Vfs;

/// <summary>Packet mode of pipes (O_DIRECT of pipe2(2)).</summary>
public class PipePacketTests
{
    private readonly OpenFile _reader;
    private readonly OpenFile _writer;

    public PipePacketTests() => Pipe.Create(new TestTree().Tree, OpenFlags.NonBlock | OpenFlags.Direct, out _reader, out _writer);

    [Fact]
    public void Each_read_takes_one_packet_and_loses_the_rest_of_it()
    {
        TestTree.Write(_writer, "hello");
        TestTree.Write(_writer, "you");
        Assert.Equal("he", TestTree.Read(_reader, 2));
        Assert.Equal("you", TestTree.Read(_reader, 100));
        DataSink sink = new(new byte[1]);
        Assert.Equal(Errno.EAGAIN, _reader.Read(ref sink).Error);
    }

    [Fact]
    public void A_packet_is_no_longer_than_a_page()
    {
        TestTree.Write(_writer, new string('a', 5000));
        Assert.Equal(4096, TestTree.Read(_reader, 8192).Length);
        Assert.Equal(904, TestTree.Read(_reader, 8192).Length);
    }

    [Fact]
    public void There_are_as_many_packets_as_pages()
    {
        for (int i = 0; i < 16; i++)
        {
            Assert.NotEqual(PollEvents.None, _writer.Poll() & PollEvents.Writable);
            TestTree.Write(_writer, "x");
        }

        Assert.Equal(PollEvents.None, _writer.Poll() & PollEvents.Writable);
        DataSource source = new(new byte[1]);
        Assert.Equal(Errno.EAGAIN, _writer.Write(ref source).Error);
        Assert.Equal(Errno.EBUSY, ((PipeFile)_reader).Pipe.Resize(4096).Error);
        Assert.True(((PipeFile)_reader).Pipe.Resize(32 * 4096).IsOk);
        TestTree.Write(_writer, "y");
        for (int i = 0; i < 16; i++)
        {
            Assert.Equal("x", TestTree.Read(_reader, 100));
        }

        Assert.Equal("y", TestTree.Read(_reader, 100));
    }

    [Fact]
    public void Bytes_and_packets_follow_each_other()
    {
        Assert.Equal(Errno.None, _writer.SetStatusFlags(OpenFlags.NonBlock));
        TestTree.Write(_writer, "ab");
        TestTree.Write(_writer, "cd");
        Assert.Equal(Errno.None, _writer.SetStatusFlags(OpenFlags.NonBlock | OpenFlags.Direct));
        TestTree.Write(_writer, "ef");
        TestTree.Write(_writer, "gh");
        Assert.Equal(Errno.None, _writer.SetStatusFlags(OpenFlags.NonBlock));
        TestTree.Write(_writer, "ij");
        Assert.Equal("abcdef", TestTree.Read(_reader, 100));
        ((PipeFile)_reader).Pipe.Drop(1);
        Assert.Equal("h", TestTree.Read(_reader, 100));
        Assert.Equal("ij", TestTree.Read(_reader, 100));
    }
}

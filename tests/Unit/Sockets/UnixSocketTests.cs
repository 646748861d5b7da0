using System;
using System.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;
using Mote.Machine;
using Mote.Tests.Unit.Vfs;
using Xunit;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Tests.Unit.Sockets;

public sealed class UnixSocketTests
{
    private readonly TestTree _tree = new();
    private readonly Caller _caller;
    private readonly SocketSystem _sockets;

    public UnixSocketTests()
    {
        _caller = new Caller(_tree.Context);
        _sockets = new SocketSystem(_tree.Tree, _caller, new Network(new TimerQueue(), new FixedRandom()));
    }

    [Fact]
    public void Bytes_come_out_in_order_across_pages()
    {
        (Socket one, Socket two) = Pair(SocketKind.Stream);
        byte[] sent = new byte[100_000];
        new Random(1).NextBytes(sent);
        DataSource source = new(sent);
        Assert.Equal(sent.Length, one.Write(ref source).Value);
        byte[] got = new byte[sent.Length];
        for (int at = 0; at < got.Length;)
        {
            DataSink sink = new(got.AsSpan(at, Math.Min(7001, got.Length - at)));
            at += (int)two.Read(ref sink).Value;
        }

        Assert.Equal(sent, got);
    }

    [Fact]
    public void An_emptied_socket_holds_no_memory()
    {
        (Socket one, Socket two) = Pair(SocketKind.Stream);
        ulong before = MemoryStatistics.AvailableBytes;
        DataSource source = new(new byte[50_000]);
        Assert.Equal(50_000, one.Write(ref source).Value);
        Assert.True(MemoryStatistics.AvailableBytes <= before - 50_000);
        DataSink sink = new(new byte[60_000]);
        Assert.Equal(50_000, two.Read(ref sink).Value);
        Assert.Equal(before, MemoryStatistics.AvailableBytes);
    }

    [Fact]
    public void Another_sender_ends_what_one_call_reads()
    {
        (Socket one, Socket two) = Pair(SocketKind.Stream);
        Assert.Equal(Errno.None, two.SetOption((int)SocketLevel.Socket, (int)SocketOption.PassCredentials, [1, 0, 0, 0]));
        TestTree.Write(one, "first");
        _caller.Process = 8;
        TestTree.Write(one, "second");
        TestTree.Write(one, "third");
        Assert.Equal(("first", 7), ReadWithSender(two));
        Assert.Equal(("secondthird", 8), ReadWithSender(two));
    }

    [Fact]
    public void Only_circles_are_collected()
    {
        (Socket one, Socket two) = Pair(SocketKind.Stream);
        (Socket kept, Socket keeper) = Pair(SocketKind.Datagram);
        Send(one, "a", two);
        Send(two, "b", one);
        Send(keeper, "c", kept);
        Assert.Equal(3, _sockets.FilesInFlight);
        one.Release();
        Assert.Equal(3, _sockets.FilesInFlight);
        two.Release();
        Assert.True(one.IsOpen);

        // As on Linux, circles are looked for when some socket is closed.
        CloseAnother();
        Assert.Equal(1, _sockets.FilesInFlight);
        Assert.False(one.IsOpen);
        Assert.False(two.IsOpen);

        // The datagram socket is in its own queue, but somebody still has it open.
        Assert.True(kept.IsOpen);
        keeper.Release();
        Assert.Equal(1, _sockets.FilesInFlight);
        kept.Release();
        CloseAnother();
        Assert.Equal(0, _sockets.FilesInFlight);
        Assert.False(kept.IsOpen);
    }

    [Fact]
    public void A_chain_of_any_length_is_closed_without_recursion()
    {
        const int Length = 5000; // each has a page in its queue
        (Socket one, Socket two) = Pair(SocketKind.Stream);
        Socket first = two;
        for (int i = 0; i < Length; i++)
        {
            (Socket sender, Socket receiver) = Pair(SocketKind.Stream);
            Send(sender, "x", two);
            one.Release();
            two.Release();
            (one, two) = (sender, receiver);
        }

        Assert.Equal(Length, _sockets.FilesInFlight);
        Assert.True(first.IsOpen);
        one.Release();
        two.Release();
        Assert.Equal(0, _sockets.FilesInFlight);
        Assert.False(first.IsOpen);
    }

    [Fact]
    public void Circles_go_though_nobody_closes_a_socket()
    {
        for (int i = 0; i < 10_000; i++)
        {
            (Socket one, Socket two) = Pair(SocketKind.Datagram);
            Send(one, "a", one);
            Send(two, "b", two);
            one.Release();
            two.Release();
        }

        Assert.True(_sockets.FilesInFlight < 200, $"{_sockets.FilesInFlight} in flight");
    }

    [Fact]
    public void What_a_listener_never_accepted_is_collected_too()
    {
        Socket listener = _sockets.Create((int)AddressFamily.Unix, (int)SocketKind.Stream, 0, OpenFlags.ReadOnly).Value;
        Assert.Equal(Errno.None, listener.Bind(Name("\0listener")));
        Assert.Equal(Errno.None, listener.Listen(1));
        Socket client = _sockets.Create((int)AddressFamily.Unix, (int)SocketKind.Stream, 0, OpenFlags.NonBlock).Value;
        Assert.Equal(Errno.None, client.Connect(Name("\0listener")));
        Send(client, "x", listener);
        listener.Release();
        Assert.True(listener.IsOpen);
        client.Release();
        Assert.False(listener.IsOpen);
        Assert.Equal(0, _sockets.FilesInFlight);
    }

    [Fact]
    public void Nothing_is_allocated_by_reads_and_writes()
    {
        foreach (SocketKind kind in (SocketKind[])[SocketKind.Stream, SocketKind.Datagram])
        {
            (Socket one, Socket two) = Pair(kind);
            byte[] buffer = new byte[9000];

            // .NET itself allocates now and then when it compiles a method anew: what we allocate we do each time.
            long[] allocated = new long[4];
            for (int i = 0; i < 400; i++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                DataSource source = new(buffer);
                _ = one.Write(ref source);
                DataSink sink = new(buffer);
                _ = two.Read(ref sink);
                allocated[i / 100] += GC.GetAllocatedBytesForCurrentThread() - before;
            }

            Assert.Contains(0, allocated);
        }
    }

    [Fact]
    public void A_socket_file_belongs_to_its_maker()
    {
        Socket socket = _sockets.Create((int)AddressFamily.Unix, (int)SocketKind.Stream, 0, OpenFlags.NonBlock).Value;
        Assert.Equal(Errno.None, socket.Bind(Name("/name")));
        Assert.Equal(Errno.None, socket.Listen(3));
        Assert.Equal(FileType.Socket, _tree.Attributes("/name").Type);
        Assert.Equal(0x1edu, _tree.Attributes("/name").Mode);
        Socket other = _sockets.Create((int)AddressFamily.Unix, (int)SocketKind.Stream, 0, OpenFlags.NonBlock).Value;
        _tree.Become(1000);
        Assert.Equal(Errno.EACCES, other.Connect(Name("/name")));
        _tree.Become(0);
        Assert.Equal(Errno.None, other.Connect(Name("/name")));
    }

    private (Socket One, Socket Two) Pair(SocketKind kind)
    {
        Assert.Equal(Errno.None, _sockets.CreatePair((int)AddressFamily.Unix, (int)kind, 0, OpenFlags.NonBlock, out Socket? one, out Socket? two));
        return (one!, two!);
    }

    private void CloseAnother() => _sockets.Create((int)AddressFamily.Unix, (int)SocketKind.Stream, 0, OpenFlags.NonBlock).Value.Release();

    private static byte[] Name(string name) => [1, 0, .. Encoding.ASCII.GetBytes(name)];

    private static void Send(Socket socket, string text, OpenFile file)
    {
        file.AddReference();
        DataSource source = new(Encoding.ASCII.GetBytes(text));
        OutgoingMessage message = new() { Rights = new FileRights([file]) };
        Assert.Equal(text.Length, socket.Send(ref source, ref message).Value);
        Assert.Null(message.Rights);
    }

    private static (string Text, int Sender) ReadWithSender(Socket socket)
    {
        byte[] buffer = new byte[100];
        DataSink sink = new(buffer);
        IncomingMessage message = default;
        int count = (int)socket.Receive(ref sink, ref message).Value;
        return (Encoding.ASCII.GetString(buffer, 0, count), message.Credentials!.Value.Process);
    }

    private sealed class Caller(FsContext files) : SocketCaller
    {
        public int Process { get; set; } = 7;

        public override SocketCredentials Credentials => new(Process, 0, 0);

        public override FsContext Files => files;

        public override bool GoesOn => true;

        public override int DescriptorLimit => 1024;
    }
}

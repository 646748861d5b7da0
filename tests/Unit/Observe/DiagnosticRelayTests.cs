using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Observe;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;
using Mote.Machine;
using Mote.Tests.Unit.Sockets;
using Mote.Tests.Unit.Vfs;
using Xunit;

namespace Mote.Tests.Unit.Observe;

/// <summary>The host on one side of the port, a program that listens on the other.</summary>
public sealed class DiagnosticRelayTests
{
    private const string Path = "/dotnet-diagnostic-1-42-socket";

    private readonly HostPort _port = new();
    private readonly SocketSystem _sockets;
    private readonly DiagnosticRelay _relay;

    public DiagnosticRelayTests()
    {
        TestTree tree = new();
        _sockets = new SocketSystem(tree.Tree, new Caller(tree.Context), new Network(new TimerQueue(), new FixedRandom()));
        _relay = new DiagnosticRelay(_port, _sockets, new Scheduler());
    }

    [Fact]
    public void The_host_is_told_when_the_program_listens_for_tools()
    {
        Listen("/some-other-socket");
        Assert.Empty(_port.Frames());

        Listen(Path);
        Pump();
        Assert.Equal([(0u, DiagnosticFrameKind.Listening, Path)], _port.Frames());
    }

    [Fact]
    public void Connections_are_carried_both_ways_beside_each_other()
    {
        Socket listener = Listen(Path);
        _port.Send(1, DiagnosticFrameKind.Open);
        _port.Send(2, DiagnosticFrameKind.Open);
        _port.Send(2, DiagnosticFrameKind.Data, "second");
        _port.Send(1, DiagnosticFrameKind.Data, "first");
        Pump();
        Socket one = listener.Accept(OpenFlags.NonBlock).Value;
        Socket two = listener.Accept(OpenFlags.NonBlock).Value;
        Assert.Equal(("first", "second"), (TestTree.Read(one, 100), TestTree.Read(two, 100)));

        _port.Credit(1, 100);
        _port.Credit(2, 100);
        TestTree.Write(one, "answer");
        TestTree.Write(two, "other");
        two.Release();
        Pump();
        (uint, DiagnosticFrameKind, string)[] frames = [.. _port.Frames()];
        Assert.Contains((1u, DiagnosticFrameKind.Data, "answer"), frames);
        Assert.True(Array.IndexOf(frames, (2u, DiagnosticFrameKind.Data, "other")) < Array.IndexOf(frames, (2u, DiagnosticFrameKind.End, "")));
        Assert.False(_relay.IsIdle);

        _port.Send(2, DiagnosticFrameKind.End);
        _port.Send(1, DiagnosticFrameKind.Close);
        Pump();
        Assert.True(_relay.IsIdle);
        Assert.Equal("", TestTree.Read(one, 100));
        Assert.Contains((2u, DiagnosticFrameKind.Close, ""), _port.Frames());
    }

    [Fact]
    public void No_more_is_sent_than_the_host_gave_credit_for_and_the_port_takes()
    {
        Socket listener = Listen(Path);
        _port.Send(9, DiagnosticFrameKind.Open);
        Pump();
        Socket program = listener.Accept(OpenFlags.NonBlock).Value;
        string text = new('x', 20_000);
        TestTree.Write(program, text);
        Pump();
        Assert.Equal(0, Received(9));

        _port.Credit(9, 5000);
        Pump();
        Assert.Equal(5000, Received(9));

        _port.Room = 3;
        _port.Credit(9, 100_000);
        Pump();
        Assert.False(_relay.IsIdle);
        _port.Room = int.MaxValue;
        Pump();
        Assert.Equal(text.Length, Received(9));
    }

    [Fact]
    public void What_leads_nowhere_is_refused()
    {
        Socket listener = Listen(Path);
        listener.Release();
        _port.Send(3, DiagnosticFrameKind.Open);
        _port.Send(4, DiagnosticFrameKind.Data, "to nobody");
        _port.Send(4, (DiagnosticFrameKind)77, "of a newer host");
        Pump();
        Assert.Equal([(0u, DiagnosticFrameKind.Listening, Path), (3u, DiagnosticFrameKind.Close, "")], _port.Frames());
        Assert.True(_relay.IsIdle);
    }

    [Fact]
    public void A_program_that_reads_nothing_loses_the_connection_and_no_other()
    {
        Socket listener = Listen(Path);
        _port.Send(1, DiagnosticFrameKind.Open);
        _port.Send(2, DiagnosticFrameKind.Open);
        for (int i = 0; i < 20; i++)
        {
            _port.Send(1, DiagnosticFrameKind.Data, new string('x', 60_000));
        }

        _port.Send(2, DiagnosticFrameKind.Data, "heard");
        Pump();
        Assert.Contains((1u, DiagnosticFrameKind.Close, ""), _port.Frames());
        listener.Accept(OpenFlags.NonBlock).Value.Release();
        Assert.Equal("heard", TestTree.Read(listener.Accept(OpenFlags.NonBlock).Value, 100));
    }

    private Socket Listen(string path)
    {
        Socket socket = _sockets.Create((int)AddressFamily.Unix, (int)SocketKind.Stream, 0, OpenFlags.NonBlock).Value;
        Assert.Equal(Errno.None, socket.Bind([1, 0, .. Encoding.ASCII.GetBytes(path)]));
        Assert.Equal(Errno.None, socket.Listen(10));
        return socket;
    }

    private void Pump()
    {
        while (_relay.Move())
        {
        }
    }

    private int Received(uint connection) => _port.Frames().Where(frame => frame.Connection == connection && frame.Kind == DiagnosticFrameKind.Data).Sum(frame => frame.Text.Length);

    private sealed class HostPort : ConsolePort
    {
        private readonly Queue<byte> _toMachine = new();
        private readonly List<byte> _fromMachine = [];

        public int Room { get; set; } = int.MaxValue;

        public override bool IsReadable => _toMachine.Count > 0;

        public override bool IsWritable => Room > 0;

        public override bool IsEndOfInput => false;

        public override bool IsBroken => false;

        public void Send(uint connection, DiagnosticFrameKind kind, string text = "") => Send(connection, kind, Encoding.ASCII.GetBytes(text));

        public void Credit(uint connection, uint bytes)
        {
            byte[] body = new byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32LittleEndian(body, bytes);
            Send(connection, DiagnosticFrameKind.Credit, body);
        }

        public IEnumerable<(uint Connection, DiagnosticFrameKind Kind, string Text)> Frames()
        {
            byte[] all = [.. _fromMachine];
            for (int at = 0; at + DiagnosticFrame.HeaderBytes <= all.Length;)
            {
                DiagnosticFrame frame = DiagnosticFrame.Read(all.AsSpan(at));
                at += DiagnosticFrame.HeaderBytes;
                yield return (frame.Connection, frame.Kind, Encoding.ASCII.GetString(all, at, Math.Min(frame.Length, all.Length - at)));
                at += frame.Length;
            }
        }

        public override int Read(Span<byte> destination)
        {
            int count = 0;
            while (count < destination.Length && _toMachine.TryDequeue(out byte value))
            {
                destination[count++] = value;
            }

            return count;
        }

        public override int Write(ReadOnlySpan<byte> source)
        {
            int count = Math.Min(Room, source.Length);
            _fromMachine.AddRange(source[..count]);
            Room -= count;
            return count;
        }

        public override bool Drain(Instant deadline) => true;

        private void Send(uint connection, DiagnosticFrameKind kind, byte[] body)
        {
            byte[] header = new byte[DiagnosticFrame.HeaderBytes];
            new DiagnosticFrame(connection, kind, body.Length).Write(header);
            foreach (byte value in (byte[])[.. header, .. body])
            {
                _toMachine.Enqueue(value);
            }
        }
    }

    private sealed class Caller(FsContext files) : SocketCaller
    {
        public override SocketCredentials Credentials => new(1, 0, 0);

        public override FsContext Files => files;

        public override bool GoesOn => true;

        public override int DescriptorLimit => 1024;
    }
}

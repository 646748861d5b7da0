using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Mote.Cli.Cores;
using Mote.Cli.Diagnostics;
using Xunit;

namespace Mote.Tests.Unit.Cli;

/// <summary>The tool's side: a socket of this computer for a process of this computer, here sleep(1) in QEMU's place, and the test in the machine's.</summary>
public sealed class DiagnosticRelayTests : IDisposable
{
    private static readonly byte[] s_magic = Encoding.ASCII.GetBytes("DOTNET_IPC_V1\0");

    private readonly Process _process = Process.Start("sleep", "60");
    private readonly Socket _machine;
    private readonly DiagnosticRelay _relay;
    private readonly Task _run;
    private readonly List<string> _toMachine = [];
    private readonly CoreTransfers _cores;

    public DiagnosticRelayTests()
    {
        _cores = new CoreTransfers(line =>
        {
            lock (_toMachine)
            {
                _toMachine.Add(line);
            }

            return true;
        });
        string path = Path.Combine(Path.GetTempPath(), $"mote-test-{Guid.NewGuid():N}");
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        Socket channel = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        channel.Connect(new UnixDomainSocketEndPoint(path));
        _machine = listener.Accept();
        _machine.ReceiveTimeout = 20_000;
        File.Delete(path);
        _relay = new DiagnosticRelay(channel, _process.Id, _cores);
        _run = Task.Run(_relay.Run);
    }

    public void Dispose()
    {
        _relay.Dispose();
        _machine.Dispose();
        _process.Kill();
        _process.Dispose();
    }

    [Fact]
    public async Task Tools_find_the_program_while_it_listens()
    {
        Assert.Empty(Found());
        Send(DiagnosticFrameKind.Listening, 0, Encoding.ASCII.GetBytes("/tmp/dotnet-diagnostic-1-42-socket"));
        string path = Await();
        string start = File.ReadAllText($"/proc/{_process.Id}/stat").Split(' ')[21];
        Assert.Equal($"dotnet-diagnostic-{_process.Id}-{start}-socket", Path.GetFileName(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));

        _machine.Shutdown(SocketShutdown.Both);
        await _run.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Empty(Found());
    }

    [Fact]
    public void A_question_about_the_process_is_answered_with_the_number_that_the_tool_knows()
    {
        Send(DiagnosticFrameKind.Listening, 0, []);
        using Socket tool = Connect(Await());
        uint number = Opened();
        byte[] request = Message(0x04, 0x00, []);
        tool.Send(request);
        Assert.Equal(request, Receive(number, DiagnosticFrameKind.Data));

        byte[] answer = Message(0xff, 0x00, [1, 0, 0, 0, 0, 0, 0, 0, 99]);
        Send(DiagnosticFrameKind.Data, number, answer[..23]);
        Send(DiagnosticFrameKind.Data, number, answer[23..]);
        Send(DiagnosticFrameKind.End, number, []);
        byte[] got = ReadAll(tool);
        Assert.Equal((ulong)_process.Id, BinaryPrimitives.ReadUInt64LittleEndian(got.AsSpan(20)));
        Assert.Equal(answer[..20], got[..20]);
        Assert.Equal(99, got[28]);
        tool.Shutdown(SocketShutdown.Send);
        Receive(number, DiagnosticFrameKind.End);
    }

    [Theory]
    [InlineData("begin;data 4;end", "")]
    [InlineData("failed it does not run", "it does not run")]
    public void A_request_for_a_dump_is_answered_with_a_core(string said, string error)
    {
        string file = Path.Combine(Path.GetTempPath(), $"mote-test-{Guid.NewGuid():N}");
        Send(DiagnosticFrameKind.Listening, 0, []);
        using Socket tool = Connect(Await());
        uint number = Opened();
        tool.Send(Message(0x01, 0x03, [(byte)(file.Length + 1), 0, 0, 0, .. Encoding.Unicode.GetBytes(file + "\0"), 4, 0, 0, 0, 0, 0, 0, 0]));
        Receive(number, DiagnosticFrameKind.Close);
        Assert.True(SpinWait.SpinUntil(() => IsAsked(), TimeSpan.FromSeconds(20)));
        foreach (string line in said.Split(';'))
        {
            if (_cores.Take(line) is > 0 and int bytes)
            {
                _cores.TakeBytes(new byte[bytes]);
            }
        }

        byte[] answer = ReadAll(tool);
        Assert.Equal((0xff, error.Length == 0 ? 0 : 0xff, answer.Length), (answer[16], answer[17], answer[14]));
        Assert.Equal(error.Length == 0 ? [0, 0, 0, 0] : [5, 0x40, 0, 0x80, (byte)(error.Length + 1), 0, 0, 0, .. Encoding.Unicode.GetBytes(error + "\0")], answer[20..]);
        Assert.Equal(error.Length == 0, File.Exists(file));
        File.Delete(file);

        bool IsAsked()
        {
            lock (_toMachine)
            {
                return _toMachine.Contains("core start");
            }
        }
    }

    [Fact]
    public void A_tool_that_is_refused_sees_the_end()
    {
        Send(DiagnosticFrameKind.Listening, 0, []);
        using Socket tool = Connect(Await());
        Send(DiagnosticFrameKind.Close, Opened(), []);
        Assert.Empty(ReadAll(tool));
    }

    [Fact]
    public void A_machine_that_sends_more_than_it_may_loses_the_session_only()
    {
        Send(DiagnosticFrameKind.Listening, 0, []);
        string path = Await();
        using Socket tool = Connect(path);
        uint number = Opened();
        byte[] body = new byte[60_000];
        for (int i = 0; i < 40; i++)
        {
            Send(DiagnosticFrameKind.Data, number, body);
        }

        Receive(number, DiagnosticFrameKind.Close);
        using Socket other = Connect(path);
        Assert.NotEqual(number, Opened());
    }

    [Theory]
    [InlineData(0x02, 0x02, true)]
    [InlineData(0x02, 0x05, true)]
    [InlineData(0x02, 0x01, false)]
    [InlineData(0x03, 0x02, false)]
    public void The_head_of_a_trace_names_the_process_that_the_tool_knows(byte set, byte command, bool isRewritten)
    {
        byte[] trace = [.. Message(0xff, 0, new byte[8]), .. "Nettrace"u8, .. new byte[81], 1, 0, 0, 0, 7];
        for (int step = 1; step < 200; step += 37)
        {
            AnswerRewriter rewriter = new(0x01020304);
            rewriter.Observe(Message(set, command, [1, 2, 3])[..7]);
            rewriter.Observe(Message(set, command, [1, 2, 3])[7..]);
            byte[] got = [.. trace.Chunk(step).SelectMany(chunk =>
            {
                rewriter.Rewrite(chunk);
                return chunk;
            })];
            Assert.Equal(isRewritten ? [.. trace[..^5], 4, 3, 2, 1, 7] : trace, got);
        }
    }

    [Fact]
    public void What_is_no_such_answer_stays_as_it_is()
    {
        byte[] error = Message(0xff, 0xff, new byte[200]);
        byte[] other = Message(0xff, 0, new byte[200]);
        foreach (byte[] answer in (byte[][])[error, other])
        {
            AnswerRewriter rewriter = new(0x01020304);
            rewriter.Observe(Message(0x02, 0x02, []));
            byte[] got = [.. answer];
            rewriter.Rewrite(got);
            Assert.Equal(answer, got);
        }
    }

    private static byte[] Message(byte set, byte command, byte[] payload) => [.. s_magic, (byte)(20 + payload.Length), 0, set, command, 0, 0, .. payload];

    private static Socket Connect(string path)
    {
        Socket tool = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 20_000 };
        tool.Connect(new UnixDomainSocketEndPoint(path));
        return tool;
    }

    private static byte[] ReadAll(Socket tool)
    {
        using MemoryStream all = new();
        new NetworkStream(tool).CopyTo(all);
        return all.ToArray();
    }

    private string[] Found() => Directory.GetFiles(Path.GetTempPath(), $"dotnet-diagnostic-{_process.Id}-*-socket");

    private string Await()
    {
        Assert.True(SpinWait.SpinUntil(() => Found().Length == 1, TimeSpan.FromSeconds(20)));
        Thread.Sleep(20); // it listens a moment after it is bound
        return Found()[0];
    }

    /// <summary>The number of the session that a tool opens next; credit of an earlier one may still come.</summary>
    private uint Opened()
    {
        while (true)
        {
            (uint number, DiagnosticFrameKind kind, _) = Next();
            if (kind != DiagnosticFrameKind.Credit)
            {
                Assert.Equal(DiagnosticFrameKind.Open, kind);
                return number;
            }
        }
    }

    /// <summary>The next message of the kind; credit may come between.</summary>
    private byte[] Receive(uint number, DiagnosticFrameKind expected)
    {
        while (true)
        {
            (uint from, DiagnosticFrameKind kind, byte[] body) = Next();
            if (kind != DiagnosticFrameKind.Credit)
            {
                Assert.Equal((number, expected), (from, kind));
                return body;
            }
        }
    }

    private (uint Number, DiagnosticFrameKind Kind, byte[] Body) Next()
    {
        byte[] header = Exactly(8);
        return (BinaryPrimitives.ReadUInt32LittleEndian(header), (DiagnosticFrameKind)header[4], Exactly(BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(6))));
    }

    private byte[] Exactly(int length)
    {
        byte[] buffer = new byte[length];
        for (int done = 0; done < length;)
        {
            int count = _machine.Receive(buffer.AsSpan(done));
            Assert.NotEqual(0, count);
            done += count;
        }

        return buffer;
    }

    private void Send(DiagnosticFrameKind kind, uint number, byte[] body)
    {
        byte[] header = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(header, number);
        header[4] = (byte)kind;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), (ushort)body.Length);
        _machine.Send((byte[])[.. header, .. body]);
    }
}

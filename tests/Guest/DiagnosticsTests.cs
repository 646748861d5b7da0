using System;
using System.Buffers.Binary;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>
/// What diagnostic tools of this computer ask a program in a machine, in the words of their protocol (docs/design-docs/ipc-protocol.md of dotnet/diagnostics). The tools themselves ask in
/// <see cref="LongDiagnosticsTests"/>.
/// </summary>
public sealed class DiagnosticsTests
{
    private const int HeaderBytes = 20;

    [Fact]
    public void A_program_on_CoreCLR_answers() => Check("samples/Watched");

    internal static void Check(string project)
    {
        using WatchedMachine machine = WatchedMachine.Start(project);

        // A session that goes on, and questions beside it.
        using Socket session = Ask(machine, 0x02, 0x02, TraceRequest("Watched-Rounds"));
        byte[] head = Read(session, HeaderBytes + 8 + 93);
        Assert.Equal("Nettrace"u8, head.AsSpan(HeaderBytes + 8, 8));
        Assert.Equal(machine.Id, BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(HeaderBytes + 8 + 89)));
        using (Socket question = Ask(machine, 0x04, 0x04, []))
        {
            byte[] answer = Read(question, int.MaxValue);
            Assert.Equal((ulong)machine.Id, BinaryPrimitives.ReadUInt64LittleEndian(answer.AsSpan(HeaderBytes)));
            Assert.Contains("Linux", Encoding.Unicode.GetString(answer, HeaderBytes + 24, answer.Length - HeaderBytes - 24 & ~1), StringComparison.Ordinal);
        }

        // Events come as the program makes them: the first says whose they are.
        byte[] trace = [];
        while (trace.AsSpan().IndexOf(Encoding.Unicode.GetBytes("Watched-Rounds")) < 0)
        {
            byte[] more = Read(session, 1);
            Assert.NotEmpty(more);
            trace = [.. trace, .. more];
        }

        using (Socket stop = Ask(machine, 0x02, 0x01, head[HeaderBytes..(HeaderBytes + 8)]))
        {
            Assert.Equal([0xff, 0x00], Read(stop, int.MaxValue)[16..18]);
        }

        Assert.NotEmpty(Read(session, int.MaxValue));
        string folder = machine.Folder;
        (int status, string output, string errors) = machine.Finish();
        Assert.Equal((0, "works\nended\n", ""), (status, output, errors));
        Assert.DoesNotContain(machine.Socket, Directory.GetFiles(folder, "dotnet-diagnostic-*-socket"));
    }

    private static Socket Ask(WatchedMachine machine, byte set, byte command, byte[] payload)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 60_000 };
        socket.Connect(new UnixDomainSocketEndPoint(machine.Socket));
        byte[] length = BitConverter.GetBytes((ushort)(HeaderBytes + payload.Length));
        socket.Send([.. "DOTNET_IPC_V1\0"u8, .. length, set, command, 0, 0, .. payload]);
        return socket;
    }

    /// <summary>CollectTracing: megabytes of buffer, the format nettrace, and one provider with all keywords at the level of information.</summary>
    private static byte[] TraceRequest(string provider) =>
    [
        .. BitConverter.GetBytes(16), .. BitConverter.GetBytes(1), .. BitConverter.GetBytes(1), .. BitConverter.GetBytes(ulong.MaxValue), .. BitConverter.GetBytes(4),
        .. BitConverter.GetBytes(provider.Length + 1), .. Encoding.Unicode.GetBytes(provider + "\0"), .. BitConverter.GetBytes(0),
    ];

    /// <summary>So many bytes, or up to the end.</summary>
    private static byte[] Read(Socket socket, int count)
    {
        using MemoryStream all = new();
        byte[] buffer = new byte[65536];
        int got;
        while (all.Length < count && (got = socket.Receive(buffer, 0, (int)Math.Min(buffer.Length, count - all.Length), SocketFlags.None)) > 0)
        {
            all.Write(buffer, 0, got);
        }

        return all.ToArray();
    }
}

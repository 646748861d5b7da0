using System;
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Mote.Cli.Cores;

/// <summary>A core that another process of this user asked for and writes.</summary>
internal sealed class CoreSocketTarget(Socket socket) : CoreTarget
{
    public const int HeaderBytes = 9;

    /// <summary>One who takes nothing for so long is not waited for: the program stands still.</summary>
    private const int PatienceMs = 60_000;

    public override void Put(ReadOnlySpan<byte> bytes)
    {
        Send(CoreMessage.Data, bytes.Length);
        Send(bytes);
    }

    public override void Skip(long bytes) => Send(CoreMessage.Zeros, bytes);

    public override void Finish()
    {
        Send(CoreMessage.End, 0);
        socket.Dispose();
    }

    public override void Fail(string why)
    {
        try
        {
            byte[] text = Encoding.UTF8.GetBytes(why);
            Send(CoreMessage.Failed, text.Length);
            Send(text);
        }
        catch (SocketException)
        {
            // It has gone, which may be why.
        }

        socket.Dispose();
    }

    private void Send(CoreMessage kind, long number)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        header[0] = (byte)kind;
        BinaryPrimitives.WriteInt64LittleEndian(header[1..], number);
        Send(header);
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        socket.SendTimeout = PatienceMs;
        while (!bytes.IsEmpty)
        {
            bytes = bytes[socket.Send(bytes, SocketFlags.None)..];
        }
    }
}

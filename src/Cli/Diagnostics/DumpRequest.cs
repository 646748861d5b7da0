using System;
using System.Buffers.Binary;
using System.IO;
using System.Net.Sockets;
using System.Text;
using Mote.Cli.Cores;

namespace Mote.Cli.Diagnostics;

/// <summary>
/// The request of <c>dotnet-dump collect</c> (docs/design-docs/ipc-protocol.md of dotnet/diagnostics). The runtime would start createdump
/// for it, another process; here the kernel makes the
/// core, whole whatever kind was asked for, and the tool writes it to the file that the request names, which is one of this computer.
/// </summary>
internal static class DumpRequest
{
    /// <summary>Magic (14), size (2), command set (1), command (1), reserved (2).</summary>
    public const int HeaderBytes = 20;

    private const int SizeAt = 14;
    private const int CommandSetAt = 16;
    private const int CommandAt = 17;
    private const byte DumpCommands = 0x01;

    /// <summary>GenerateCoreDump and its two successors; the last takes a text with an error.</summary>
    private const byte FirstGenerate = 0x01;
    private const byte LastGenerate = 0x03;

    private const byte ServerCommands = 0xff;
    private const byte Succeeded = 0x00;
    private const byte Failed = 0xff;
    private const uint UnspecifiedFailure = 0x80004005; // E_FAIL

    public static bool IsOne(ReadOnlySpan<byte> header) =>
        header[CommandSetAt] == DumpCommands && header[CommandAt] is >= FirstGenerate and <= LastGenerate;

    /// <summary>Takes the rest of the request, and answers it when the core is there.</summary>
    public static void Answer(Socket tool, byte[] header, CoreTransfers cores)
    {
        byte[] body = new byte[Math.Max(0, BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(SizeAt)) - HeaderBytes)];
        for (int done = 0; done < body.Length;)
        {
            int count = tool.Receive(body.AsSpan(done));
            if (count == 0)
            {
                tool.Dispose();
                return;
            }

            done += count;
        }

        if (PathOf(body) is not string path)
        {
            Send(tool, header, "the request has no path of a file");
            return;
        }

        cores.Request(new CoreFileTarget(path, error => Send(tool, header, error)));
    }

    /// <summary>A count of characters (32 bits), NUL included, and the characters.</summary>
    private static string? PathOf(ReadOnlySpan<byte> body)
    {
        uint length = body.Length < sizeof(uint) ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(body);
        if (length == 0 || length > (body.Length - sizeof(uint)) / sizeof(char))
        {
            return null;
        }

        string path = Encoding.Unicode.GetString(body.Slice(sizeof(uint), (int)length * sizeof(char))).TrimEnd('\0');
        return Path.IsPathFullyQualified(path) ? path : null;
    }

    private static void Send(Socket tool, ReadOnlySpan<byte> request, string? error)
    {
        byte[] text = error is null || request[CommandAt] != LastGenerate ? [] : Encoding.Unicode.GetBytes(error + "\0");
        byte[] answer = new byte[HeaderBytes + sizeof(uint) + (text.Length > 0 ? sizeof(uint) + text.Length : 0)];
        request[..SizeAt].CopyTo(answer);
        BinaryPrimitives.WriteUInt16LittleEndian(answer.AsSpan(SizeAt), (ushort)answer.Length);
        answer[CommandSetAt] = ServerCommands;
        answer[CommandAt] = error is null ? Succeeded : Failed;
        BinaryPrimitives.WriteUInt32LittleEndian(answer.AsSpan(HeaderBytes), error is null ? 0 : UnspecifiedFailure);
        if (text.Length > 0)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(answer.AsSpan(HeaderBytes + sizeof(uint)), (uint)text.Length / sizeof(char));
            text.CopyTo(answer, HeaderBytes + (2 * sizeof(uint)));
        }

        try
        {
            for (int done = 0; done < answer.Length;)
            {
                done += tool.Send(answer.AsSpan(done), SocketFlags.None);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has not waited.
        }

        tool.Dispose();
    }
}

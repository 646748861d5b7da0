using System;
using System.Buffers.Binary;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Net.Sockets;
using System.Text;
using Mote.Cli.Cores;

namespace Mote.Cli.Commands;

/// <summary>
/// <c>mote core</c>: the memory and threads of a program in a running machine, as a core file for gdb, lldb and dotnet-dump.
/// </summary>
internal static class CoreCommand
{
    private const int LongestText = 4096;
    private const int BufferBytes = 64 * 1024;

    public static Command CreateSyntax()
    {
        Argument<string?> machine = new("machine")
        {
            Description = "The process number of its QEMU, as 'dotnet-counters ps' shows it, or of its 'mote run'; without one, those that run are listed",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Argument<string?> file = new("file") { Description = "The file to write, which must not be there yet", Arity = ArgumentArity.ZeroOrOne };
        Command command = new("core", "Write the memory and threads of a running machine's program to a core file; the program goes on") { machine, file };
        command.SetAction(parsed => Run(parsed.GetValue(machine), parsed.GetValue(file)));
        return command;
    }

    private static int Run(string? machine, string? path)
    {
        if (machine is null)
        {
            return List();
        }

        if (path is null)
        {
            throw new CliException("which file is the core to be written to? 'mote core MACHINE FILE'");
        }

        int qemu = MachineName.Find(machine);
        CoreFile.Check(path);
        try
        {
            using Socket socket = Connect(qemu);
            using CoreFile file = new(path);
            Receive(socket, file);
        }
        catch (IOException e)
        {
            throw new CliException($"there is no core of machine {qemu}: {e.Message}", ExitStatus.Failure);
        }

        HostOutput.StandardOutput.WriteLine($"{path}  {Size.Text(new FileInfo(path).Length)}");
        return ExitStatus.Success;
    }

    private static int List()
    {
        foreach (int qemu in MachineName.All())
        {
            try
            {
                string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{MachineName.ParentOf(qemu)}/cmdline");
                string words = File.ReadAllText(path).TrimEnd('\0').Replace('\0', ' ');
                HostOutput.StandardOutput.WriteLine($"{qemu,8}  {words}");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has just ended.
            }
        }

        return ExitStatus.Success;
    }

    private static Socket Connect(int qemu)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(MachineName.SocketOf(qemu)));
        }
        catch (SocketException e)
        {
            throw new IOException($"it does not answer ({e.Message})", e);
        }

        return PeerIdentity.IsTrusted(socket) ? socket : throw new IOException("it belongs to another user");
    }

    private static void Receive(Socket socket, CoreFile file)
    {
        byte[] header = new byte[CoreSocketTarget.HeaderBytes];
        byte[] buffer = new byte[BufferBytes];
        while (true)
        {
            Fill(socket, header);
            long number = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(1));
            switch ((CoreMessage)header[0])
            {
                case CoreMessage.Data when number is >= 0 and <= BufferBytes:
                    Fill(socket, buffer.AsSpan(0, (int)number));
                    file.Put(buffer.AsSpan(0, (int)number));
                    break;
                case CoreMessage.Zeros when number >= 0:
                    file.Skip(number);
                    break;
                case CoreMessage.End:
                    file.Finish();
                    return;
                case CoreMessage.Failed when number is >= 0 and <= LongestText:
                    Fill(socket, buffer.AsSpan(0, (int)number));
                    throw new IOException(Encoding.UTF8.GetString(buffer, 0, (int)number));
                default:
                    throw new IOException("the tool that runs it is of another version");
            }
        }
    }

    private static void Fill(Socket socket, Span<byte> buffer)
    {
        try
        {
            while (!buffer.IsEmpty)
            {
                int count = socket.Receive(buffer);
                buffer = count > 0 ? buffer[count..] : throw new IOException("the machine ended meanwhile, or belongs to another user");
            }
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}

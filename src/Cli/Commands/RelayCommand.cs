using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks;

namespace Mote.Cli.Commands;

/// <summary>
/// <c>mote relay HOST PORT</c>, which only QEMU starts: carries one connection of a machine to a service that <c>--allow</c> names.
/// Standard input and output are the machine's side; each direction ends by
/// itself, as TCP's do.
/// </summary>
internal static class RelayCommand
{
    private const string Name = "relay";
    private const int Output = 1;

    /// <summary>SHUT_WR.</summary>
    private const int Send = 1;

    /// <summary>How this tool is started as a relay.</summary>
    public static IReadOnlyList<string> Words
    {
        get
        {
            string process = Environment.ProcessPath ?? "mote";
            return Path.GetFileNameWithoutExtension(process) == "dotnet"
                ? [process, Path.Combine(AppContext.BaseDirectory, "mote.dll"), Name]
                : [process, Name];
        }
    }

    public static Command CreateSyntax()
    {
        Argument<string> host = new("host");
        Argument<int> port = new("port");
        Command command = new(Name, "Carries a connection of a machine to a service") { host, port };
        command.Hidden = true;
        command.SetAction(parsed => Run(parsed.GetValue(host)!, parsed.GetValue(port)));
        return command;
    }

    private static int Run(string host, int port)
    {
        try
        {
            using TcpClient client = new();
            client.Connect(host, port);
            client.NoDelay = true;
            using NetworkStream outside = client.GetStream();
            using Stream input = Console.OpenStandardInput();
            using Stream output = Console.OpenStandardOutput();
            Task up = Task.Run(() =>
            {
                Copy(input, outside);
                client.Client.Shutdown(SocketShutdown.Send);
            });
            Copy(outside, output);
            _ = shutdown(Output, Send); // standard input and output are one socket
            up.Wait();
            return ExitStatus.Success;
        }
        catch (Exception e) when (e is SocketException or IOException or AggregateException)
        {
            return ExitStatus.Failure; // the connection ends, which is all that the machine can be told
        }
    }

    private static void Copy(Stream from, Stream to)
    {
        byte[] buffer = new byte[64 * 1024];
        int count;
        while ((count = from.Read(buffer)) > 0)
        {
            to.Write(buffer, 0, count);
        }
    }
    [DllImport("libc")]
    private static safe extern int shutdown(int socket, int how);
}

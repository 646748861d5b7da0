using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading;
using Mote.Cli.Vmm;
using Mote.Imaging;

namespace Mote.Cli.Bench;

// Debian's servers, ASP.NET Core, and many connections that idle.
internal sealed partial class BenchCommand
{
    private static ImageRequest RedisServer => new() { ProgramPath = "/usr/bin/redis-server", Arguments = ["--save", "", "--protected-mode", "no"] };

    private void Redis(LinuxGuest linux)
    {
        const string What = "redis-benchmark";
        if (!TryFindClient("redis-benchmark", What, out string client) || !TryStart(linux, What, RedisServer, RedisPort, NetMemory, out NetGuest mote, out NetGuest theirs))
        {
            return;
        }

        using (mote)
        using (theirs)
        {
            foreach ((string test, int pipeline, int requests) in new[] { ("GET", 1, 20_000), ("SET", 1, 20_000), ("GET", 16, 100_000), ("SET", 16, 100_000) })
            {
                Compare(
                    linux, Text($"redis-benchmark {test}, -c 20 -P {pipeline}"), "requests", 3, mote, theirs, port => RunRedis(client, port, test, pipeline, requests));
            }
        }
    }

    private static NetLoad? RunRedis(string client, int port, string test, int pipeline, int requests)
    {
        using ConnectionPacer pacer = new(port);
        string[] arguments = ["-p", Text($"{pacer.Port}"), "-t", test, "-c", "20", "-P", Text($"{pipeline}"), "-n", Text($"{requests}"), "--csv"];
        (int status, string text) = ChildProcess.Capture(client, arguments);
        Match rate = Regex.Match(text, $"^\"{test}\",\"([\\d.]+)\"", RegexOptions.Multiline);
        return status == 0 && rate.Success ? new NetLoad(requests, requests / Parse(rate, 1)) : null;
    }

    private void Iperf(LinuxGuest linux)
    {
        const string What = "iperf3, one stream";
        ImageRequest server = new() { ProgramPath = "/usr/bin/iperf3", Arguments = ["-s"] };
        if (!TryFindClient("iperf3", What, out string client) || !TryStart(linux, What, server, IperfPort, NetMemory, out NetGuest mote, out NetGuest theirs))
        {
            return;
        }

        using (mote)
        using (theirs)
        {
            if (!IsUp(mote.Port) || !IsUp(theirs.Port))
            {
                _report.Missing(What, "a server does not answer: " + mote.Text + theirs.Text);
                return;
            }

            Compare(linux, What + ", into the machine", "Mbit", 1.5, mote, theirs, port => RunClient(port, "-t", "3"));
            Compare(linux, What + ", out of it", "Mbit", 1.5, mote, theirs, port => RunClient(port, "-t", "3", "-R"));
        }

        // A server that is not up yet fails at once: QEMU takes the connection and ends it.
        bool IsUp(int port)
        {
            const int Seconds = 60;
            for (int i = 0; i < Seconds; i++)
            {
                if (RunClient(port, "-n", "1K") is not null)
                {
                    return true;
                }

                Thread.Sleep(1000);
            }

            return false;
        }

        NetLoad? RunClient(int port, params string[] options)
        {
            string[] arguments = ["-c", "127.0.0.1", "-p", Text($"{port}"), "-J", .. options];
            (_, string text) = ChildProcess.Capture(client, arguments);
            try
            {
                return JsonDocument.Parse(text).RootElement.TryGetProperty("end", out JsonElement end) && end.TryGetProperty("sum_received", out JsonElement sum)
                    ? new NetLoad(sum.GetProperty("bytes").GetDouble() * 8 / 1e6, sum.GetProperty("seconds").GetDouble())
                    : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    private void AspNet(LinuxGuest linux)
    {
        string project = Path.Combine(_root, "samples", "HelloWeb");
        if (!Directory.Exists(project))
        {
            _report.Missing("ASP.NET Core hello", "there is no project samples/HelloWeb in this tree");
            return;
        }

        ImageRequest server = new() { ProgramPath = project };
        HttpRate(linux, "ASP.NET Core hello", server, 1.5, AspNetMemory);
        FirstAnswer(linux, "ASP.NET Core hello", server, 5, AspNetMemory);
    }

    /// <summary>Opens connections that say nothing, has the program tell what memory they take, and sees whether each still answers.</summary>
    private void IdleConnections()
    {
        const int Count = 10_000;
        const int MostBytes = 3072;
        const int LimitMs = 120_000;
        string what = Text($"{Count:N0} idle keep-alive connections");
        NetworkOptions network = NetGuest.Forward(HttpPort, out int port);
        string[] arguments = MoteGuest.Create(_kernel, HttpServer.ProgramPath, Text($"{HttpPort}"), "hold", Text($"{Count}")).Arguments(NetMemory, countInstructions: false, network);
        using NetGuest guest = NetGuest.Start(_qemu, arguments, port);
        List<Socket> connections = [];
        try
        {
            if (guest.FirstAnswerMs(HttpRequest) is null)
            {
                _report.Missing(what, "the server does not answer: " + guest.Text);
                return;
            }

            // Each is answered once before the next, so that all are open in the machine, not only here.
            int answered = 0;
            for (int i = 0; i < Count + 1; i++)
            {
                connections.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = LimitMs });
                connections[i].Connect(IPAddress.Loopback, port);
                answered += IsAnswered(connections[i]) ? 1 : 0;
            }

            string? line = guest.WaitForLine("http ", LimitMs);
            int still = connections.Count(IsAnswered);
            if (line is null || answered <= Count)
            {
                _report.Missing(what, Text($"{answered} of them were answered; {guest.Text}"));
                return;
            }

            double heap = Number(line, 3) / Count, memory = Number(line, 7) / Count;
            _report.Figure(
                what, Text($"{memory:F0} bytes of the machine's memory each, of which {heap:F0} are live objects; {still - 1} answer again"), Text($"at most {MostBytes / 1024} KB each, and all answer"),
                memory <= MostBytes && still == Count + 1, "/sys/kernel/mote/heap at the first connection and at the last; descriptors, sockets and interest-list items count too");
        }
        catch (SocketException e)
        {
            _report.Missing(what, Text($"connection {connections.Count}: {e.Message}"));
        }
        finally
        {
            connections.ForEach(socket => socket.Dispose());
        }

        static bool IsAnswered(Socket socket)
        {
            try
            {
                socket.Send(Encoding.ASCII.GetBytes(HttpRequest));
                return socket.Receive(new byte[1024]) > 0;
            }
            catch (SocketException)
            {
                return false;
            }
        }
    }
}

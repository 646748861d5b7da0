using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>
/// The servers of servers.json that are asked one thing and answer it: as their packages install them, without options but those that fork
/// makes necessary.
/// </summary>
public sealed class AnswerTests
{
    public static IEnumerable<object[]> Servers => ServerProgram.All.Where(server => server.Answer is not null && !server.Long).Select(server => new object[] { server.Name });

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Answers(string name) => await Check(ServerProgram.Get(name));

    internal static async Task Check(ServerProgram server)
    {
        using ServedMachine machine = server.Start();
        byte[] question = Encoding.Latin1.GetBytes(Regex.Replace(server.Ask ?? "", @"\\x([0-9a-f]{2})", match => ((char)int.Parse(match.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString()));
        var expected = new Regex(server.Answer!);
        await machine.Until(async () =>
        {
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(ServedMachine.AttemptSeconds));
            try
            {
                return server.Udp ? await AskByDatagram(machine.Port, question, expected, limit.Token) : await Ask(machine.Port, question, expected, limit.Token);
            }
            catch (OperationCanceledException e)
            {
                throw new TimeoutException($"no answer like {expected}", e);
            }
        });
    }

    private static async Task<string> Ask(int port, byte[] question, Regex expected, CancellationToken limit)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, port, limit);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(question, limit);
        byte[] buffer = new byte[65536];
        string answer = "";
        while (!expected.IsMatch(answer))
        {
            int count = await stream.ReadAsync(buffer, limit);
            answer += count > 0 ? Encoding.Latin1.GetString(buffer, 0, count) : throw new IOException($"the answer ended: {answer}");
        }

        return answer;
    }

    private static async Task<string> AskByDatagram(int port, byte[] question, Regex expected, CancellationToken limit)
    {
        using UdpClient client = new();
        client.Connect(IPAddress.Loopback, port);
        await client.SendAsync(question, limit);
        string answer = Encoding.Latin1.GetString((await client.ReceiveAsync(limit)).Buffer);
        return expected.IsMatch(answer) ? answer : throw new IOException($"the answer is {answer}");
    }
}

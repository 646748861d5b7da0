using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>Servers that keep what they are given: Redis and memcached.</summary>
public sealed class StoreTests
{
    [Fact]
    public async Task Redis_takes_its_benchmark_and_keeps_what_it_has()
    {
        using ServedMachine machine = ServerProgram.Get("redis").Start();
        string port = machine.Port.ToString(CultureInfo.InvariantCulture);
        await machine.Until(() => Task.Run(() => Ask("PING") == "PONG\n" ? 0 : throw new IOException("no PONG")));

        // The whole default set: a line of figures each, and no error.
        string said = HostClient.Run("redis-benchmark", "-p", port, "-n", "400", "-c", "20", "--csv").OutputText;
        Assert.DoesNotContain("rror", said, StringComparison.Ordinal);
        string[] lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(20, lines.Length - 1);

        // Persistence: what was written to memory files is read back, first from a snapshot, then from the log of all that was done.
        Assert.Equal("OK\n", HostClient.Run("redis-cli", ["-p", port, "-x", "SET", "blob"], ServedFiles.Blob).OutputText);
        string sum = Ask("DEBUG", "DIGEST-VALUE", "blob"), size = Ask("DBSIZE");
        Assert.Equal("OK\n", Ask("SAVE"));
        Assert.Equal("OK\n", Ask("DEBUG", "RELOAD"));
        Check();
        Assert.Equal("OK\n", Ask("DEBUG", "LOADAOF"));
        Check();
        Assert.Equal(machine.Ends, machine.Stop());

        void Check()
        {
            Assert.Equal(size, Ask("DBSIZE"));
            Assert.Equal(sum, Ask("DEBUG", "DIGEST-VALUE", "blob"));
            Assert.Equal([.. ServedFiles.Blob, (byte)'\n'], HostClient.Run("redis-cli", "-p", port, "GET", "blob").Output);
        }

        string Ask(params string[] command)
        {
            RunOutcome outcome = ChildRun.Run("redis-cli", ["-p", port, .. command], new ChildOptions { Seconds = ServedMachine.AttemptSeconds });
            return outcome.Status == 0 ? outcome.OutputText : throw new IOException(outcome.ErrorText);
        }
    }

    [Fact]
    public async Task Memcached_keeps_values()
    {
        using ServedMachine machine = ServerProgram.Get("memcached").Start();
        Assert.StartsWith("VERSION ", await machine.Until(() => Task.Run(() => Talk("version\r\n"u8.ToArray()))), StringComparison.Ordinal);
        byte[] value = [.. Enumerable.Range(0, 500_000).Select(i => (byte)('a' + i % 23))];
        Assert.Equal("STORED\r\n", Talk([.. Encoding.ASCII.GetBytes($"set big 7 0 {value.Length}\r\n"), .. value, .. "\r\n"u8]));

        // Eight clients at once, on its four threads.
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(client => Task.Run(() =>
            Talk(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 50).Select(i => $"set k{client}.{i} 0 0 5\r\nvalue\r\nget k{client}.{i}\r\n")) + "get big\r\n")))));
        for (int client = 0; client < answers.Length; client++)
        {
            string expected = string.Concat(Enumerable.Range(0, 50).Select(i => $"STORED\r\nVALUE k{client}.{i} 0 5\r\nvalue\r\nEND\r\n"));
            Assert.Equal(expected + $"VALUE big 7 {value.Length}\r\n{Encoding.ASCII.GetString(value)}\r\nEND\r\n", answers[client]);
        }

        Assert.Equal(machine.Ends, machine.Stop());

        // One connection: all commands, "quit", and what came until it was closed.
        string Talk(byte[] commands)
        {
            using TcpClient client = new() { ReceiveTimeout = ServedMachine.AttemptSeconds * 1000 };
            client.Connect(IPAddress.Loopback, machine.Port);
            NetworkStream stream = client.GetStream();
            Task sending = stream.WriteAsync(new ReadOnlyMemory<byte>([.. commands, .. "quit\r\n"u8])).AsTask();
            using MemoryStream received = new();
            stream.CopyTo(received);
            sending.Wait();
            return received.Length > 0 ? Encoding.ASCII.GetString(received.ToArray()) : throw new IOException("closed at once");
        }
    }
}

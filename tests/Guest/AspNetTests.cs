using System;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>ASP.NET Core in a machine, compiled ahead of time: samples/HelloWeb, as the README starts it.</summary>
public sealed class AspNetTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Serves_what_a_minimal_api_serves()
    {
        using ServedMachine machine = ServedMachine.Start(8080, Path.Combine(Repository.Root, "samples", "HelloWeb"));
        string root = $"http://127.0.0.1:{machine.Port}/";
        Assert.Equal("Hello, World!\n"u8.ToArray(), await HostClient.CurlUntil(machine, root));
        Assert.Equal("""{"what":"Hello","whom":"World","answer":42}"""u8.ToArray(), HostClient.Curl(root + "json"));

        byte[] count = [.. Enumerable.Range(0, 1_000_000).Select(i => (byte)(i % 251))];
        Assert.Equal(count, HostClient.Curl(root + "bytes/1000000"));
        string[] up = ["--header", "Content-Type: application/octet-stream", "--header", "Expect:", "--request", "POST", "--data-binary", "@-"];
        Assert.Equal(ServedFiles.Blob, HostClient.Run("curl", ["--silent", "--show-error", "--fail", .. up, root + "echo"], ServedFiles.Blob).Output);
        Assert.Equal(ServedFiles.Blob, HostClient.Run("curl", ["--silent", "--show-error", "--fail", .. up, "--header", "Transfer-Encoding: chunked", root + "echo"], ServedFiles.Blob).Output);
        string lines = HostClient.Run("curl", "--silent", "--show-error", "--fail", "--include", root + "lines").OutputText;
        Assert.Contains("Transfer-Encoding: chunked", lines, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n" + string.Concat(Enumerable.Range(0, 10).Select(line => $"line {line}\n")), lines, StringComparison.Ordinal);

        await Many(root, count);
        await Sockets(machine.Port);
        HostClient.Wrk(machine.Port, "");
        Assert.Equal(0, machine.Stop());
    }

    /// <summary>Port, folders and variables are those of a container, without a setting.</summary>
    [Fact]
    public async Task A_site_finds_its_files_and_port_as_in_a_container()
    {
        string folder = Path.Combine(Repository.Root, "samples", "Site");
        using ServedMachine machine = ServedMachine.Start(8080, folder);
        string root = $"http://127.0.0.1:{machine.Port}/";
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(folder, "wwwroot", "site.css")), await HostClient.CurlUntil(machine, root + "site.css"));
        Assert.Equal("from appsettings.json", Encoding.UTF8.GetString(HostClient.Curl(root + "setting")));
        Assert.Equal("/app /app/wwwroot Production", Encoding.UTF8.GetString(HostClient.Curl(root + "folders")));
        string version = $"{Environment.Version.Major}.";
        Assert.Matches($"^8080 true {version}[0-9.]+ {version}[0-9.]+$", Encoding.UTF8.GetString(HostClient.Curl(root + "container")));
        Assert.Equal(0, machine.Stop());
    }

    /// <summary>Several at once, each with connections that stay.</summary>
    private static async Task Many(string root, byte[] count)
    {
        using HttpClient client = new() { BaseAddress = new Uri(root), Timeout = s_patience };
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (int round = 0; round < 4; round++)
            {
                Assert.Equal("Hello, World!\n", await client.GetStringAsync(""));
                Assert.True((await client.GetByteArrayAsync("bytes/100000")).AsSpan().SequenceEqual(count.AsSpan(0, 100000)));
                using HttpResponseMessage echo = await client.PostAsync("echo", new ByteArrayContent(count));
                Assert.True((await echo.Content.ReadAsByteArrayAsync()).AsSpan().SequenceEqual(count));
            }
        }));
    }

    private static async Task Sockets(int port)
    {
        using CancellationTokenSource limit = new(s_patience);
        using ClientWebSocket socket = new();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/socket"), limit.Token);
        for (int round = 0; round < 20; round++)
        {
            byte[] text = Encoding.UTF8.GetBytes($"message {round}");
            await socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, limit.Token);
            Assert.Equal(text, await ReceiveMessage(socket, limit.Token));
        }

        Task<byte[]> answer = ReceiveMessage(socket, limit.Token);
        await socket.SendAsync(ServedFiles.Blob, WebSocketMessageType.Binary, endOfMessage: true, limit.Token);
        Assert.Equal(ServedFiles.Blob, await answer);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
    }

    private static async Task<byte[]> ReceiveMessage(ClientWebSocket socket, CancellationToken cancellation)
    {
        using MemoryStream message = new();
        byte[] buffer = new byte[65536];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer.AsMemory(), cancellation);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return message.ToArray();
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>What a program sends last arrives, though its machine ends with it.</summary>
public sealed class FarewellTests
{
    private static string Program => ProgramCompiler.PathOf(new GuestProgram { Name = "farewell", Group = "", C = "farewell.c", Build = "musl" });

    [Fact]
    public async Task A_stream_that_nobody_has_read_yet_arrives_whole()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task<RunOutcome> running = Run("stream", ((IPEndPoint)listener.LocalEndpoint).Port);
        using Socket peer = await listener.AcceptSocketAsync();

        // The program fills all buffers in the meantime and ends; its machine has to wait for us.
        await Task.Delay(3000);
        byte[] buffer = new byte[65536];
        long total = 0;
        long wrong = 0;
        for (int count; (count = await peer.ReceiveAsync(buffer)) > 0; total += count)
        {
            for (int i = 0; i < count; i++)
            {
                wrong += buffer[i] == unchecked((byte)((total + i) * 31 >> 3)) ? 0 : 1;
            }
        }

        RunOutcome outcome = await running;
        Assert.True(outcome.Status == 0, outcome.ErrorText);
        Assert.Equal(outcome.OutputText, total.ToString(CultureInfo.InvariantCulture) + "\n");
        Assert.Equal(0, wrong);
    }

    [Fact]
    public async Task A_last_datagram_arrives()
    {
        using UdpClient server = new(new IPEndPoint(IPAddress.Loopback, 0));
        Task<UdpReceiveResult> receiving = server.ReceiveAsync();
        RunOutcome outcome = await Run("datagram", ((IPEndPoint)server.Client.LocalEndPoint!).Port);
        Assert.True(outcome.Status == 0, outcome.ErrorText);
        Assert.Same(receiving, await Task.WhenAny(receiving, Task.Delay(20_000)));
        Assert.Equal("farewell", Encoding.ASCII.GetString((await receiving).Buffer));
    }

    private static Task<RunOutcome> Run(string kind, int port) =>
        Task.Run(() => MoteTool.Run(["run", "--timeout", "50s", "--net", "user", Program, "--", kind, "10.0.2.2", port.ToString(CultureInfo.InvariantCulture)]));
}

using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace Mote.Tests.Guest;

/// <summary>The client of a server that sends back what it gets (RFC 862).</summary>
internal static class EchoClient
{
    /// <summary>Sends all, says that this is the end, and reads to the end; an end too early is an error.</summary>
    public static async Task<byte[]> Exchange(IPEndPoint server, byte[] data)
    {
        using TcpClient client = new(server.AddressFamily);
        await client.ConnectAsync(server);
        NetworkStream stream = client.GetStream();
        Task sending = Send();
        using MemoryStream received = new();
        await stream.CopyToAsync(received);
        await sending;
        return received.Length == data.Length ? received.ToArray() : throw new IOException($"{received.Length} bytes came back of {data.Length}");

        async Task Send()
        {
            await stream.WriteAsync(data);
            client.Client.Shutdown(SocketShutdown.Send);
        }
    }
}

using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>The servers of servers.json that serve files by HTTP: small and large ones, to one client and to many.</summary>
public sealed class FileServerTests
{
    public static IEnumerable<object[]> Servers => ServerProgram.All.Where(server => server.Files && !server.Long).Select(server => new object[] { server.Name });

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Serves_files(string name) => await Check(ServerProgram.Get(name));

    internal static async Task Check(ServerProgram server)
    {
        using ServedMachine machine = server.Start(ServedFiles.Option);
        string root = $"http://127.0.0.1:{machine.Port}/";
        Assert.Equal(ServedFiles.Page, await HostClient.CurlUntil(machine, root + "page.html"));
        Assert.Equal(ServedFiles.Blob, HostClient.Curl(root + "blob.bin"));
        Assert.Equal("404", HostClient.Run("curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}", root + "missing").OutputText);

        // Both by one connection.
        Assert.Equal([.. ServedFiles.Blob, .. ServedFiles.Blob], HostClient.Curl(root + "blob.bin", root + "blob.bin"));

        // Four at once, fewer than the backlog of Python's listen(2), which is five. With eight and QEMU's user network one may never be answered, or end early when the server loses
        // patience, and it is QEMU that forgets the request: its packets (--pcap) show the handshake, the request, the machine's second SYN and ACK a second later since nobody
        // accepted the first, QEMU's bare acknowledgement of that, and the request never again; QEMU's FIN has the sequence number of the request's first byte. Debian's Linux in
        // the machine's place shows the same packets (QEMU 7.2, Linux 6.1, a server with a backlog of five and ten clients: two of them got an empty reply).
        byte[][] copies = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => HostClient.Curl(root + "blob.bin"))));
        Assert.All(copies, copy => Assert.True(copy.AsSpan().SequenceEqual(ServedFiles.Blob)));
        if (server.Load)
        {
            HostClient.Wrk(machine.Port, "page.html");
        }

        Assert.Equal(machine.Ends, machine.Stop());
    }
}

using System;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>TLS with a private authority, in both roles: servers in machines with the host's curl, and curl in a machine with a server of the host.</summary>
public sealed class TlsTests : IDisposable
{
    private static readonly int[] s_untrusted = [60, 77];

    private readonly PrivateAuthority _authority = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("mote-tls-").FullName;

    public TlsTests()
    {
        File.WriteAllText(Path.Combine(_folder, "ca.pem"), _authority.AuthorityPem);
        File.WriteAllText(Path.Combine(_folder, "cert.pem"), _authority.CertificatePem);
        File.WriteAllText(Path.Combine(_folder, "key.pem"), _authority.KeyPem);
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("nginx TLS")]
    [InlineData("openssl s_server")]
    public async Task A_machine_serves_by_TLS(string name)
    {
        using ServedMachine machine = ServerProgram.Get(name).Start([.. ServedFiles.Option, "--add", Pem("cert"), "--add", Pem("key")]);
        string root = $"https://localhost:{machine.Port}/";
        string[] trust = ["--cacert", Path.Combine(_folder, "ca.pem")];
        Assert.Equal(ServedFiles.Page, await HostClient.CurlUntil(machine, [.. trust, root + "page.html"]));
        Assert.Equal(ServedFiles.Blob, HostClient.Curl([.. trust, root + "blob.bin"]));

        // Nobody else trusts it: curl's status for that is 60, or 77 where it trusts nobody.
        Assert.Contains(ChildRun.Run("curl", ["--silent", root + "page.html"], new ChildOptions()).Status, s_untrusted);
        Assert.Equal(machine.Ends, machine.Stop());
    }

    [Fact]
    public async Task Curl_in_a_machine_trusts_a_private_authority()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Task serving = Serve(listener);
        string[] run = ["run", "--timeout", "60s", "--net", "user", "--add", Pem("ca"), "/usr/bin/curl", "--", "--silent", "--show-error", "--resolve", $"machine.test:{port}:10.0.2.2"];
        RunOutcome trusting = MoteTool.Run([.. run, "--cacert", "/srv/ca.pem", $"https://machine.test:{port}/"], seconds: 90);
        Assert.True(trusting.Status == 0, trusting.ErrorText);
        Assert.Equal(ServedFiles.Blob, trusting.Output);
        Assert.Contains(MoteTool.Run([.. run, $"https://machine.test:{port}/"], seconds: 90).Status, s_untrusted);
        listener.Stop();
        await serving;
    }

    private string Pem(string name) => $"{_folder}/{name}.pem:/srv/{name}.pem";

    /// <summary>Answers every request with the blob, until the listener stops.</summary>
    private async Task Serve(TcpListener listener)
    {
        while (true)
        {
            try
            {
                using TcpClient client = await listener.AcceptTcpClientAsync();
                using SslStream stream = new(client.GetStream());
                await stream.AuthenticateAsServerAsync(_authority.Certificate);
                using StreamReader reader = new(stream, Encoding.ASCII, leaveOpen: true);
                while (!string.IsNullOrEmpty(await reader.ReadLineAsync()))
                {
                    // The request's headers, up to an empty line.
                }

                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {ServedFiles.Blob.Length}\r\nConnection: close\r\n\r\n"));
                await stream.WriteAsync(ServedFiles.Blob);
                await stream.ShutdownAsync();
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
            {
                // A client that does not trust us.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}

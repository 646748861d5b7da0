using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>What takes long: servers of large packages, and load for longer.</summary>
[Trait("Category", "Long")]
public sealed class LongServerTests
{
    private const int LoadSeconds = 30;

    public static IEnumerable<object[]> LargeServers => ServerProgram.All.Where(server => server.Files && server.Long).Select(server => new object[] { server.Name });

    public static IEnumerable<object[]> LoadedServers => ServerProgram.All.Where(server => server.Files && server.Load).Select(server => new object[] { server.Name });

    [Theory]
    [MemberData(nameof(LargeServers))]
    public async Task Serves_files(string name) => await FileServerTests.Check(ServerProgram.Get(name));

    [Theory]
    [MemberData(nameof(LoadedServers))]
    public async Task Serves_many_for_a_while(string name)
    {
        using ServedMachine machine = ServerProgram.Get(name).Start(ServedFiles.Option);
        string root = $"http://127.0.0.1:{machine.Port}/";
        Assert.Equal(ServedFiles.Page, await HostClient.CurlUntil(machine, root + "page.html"));
        HostClient.Wrk(machine.Port, "page.html", LoadSeconds);
        HostClient.Wrk(machine.Port, "blob.bin", LoadSeconds);
        Assert.Equal(ServedFiles.Blob, HostClient.Curl(root + "blob.bin"));
        Assert.Equal(machine.Ends, machine.Stop());
    }

    [Fact]
    public async Task Aspnet_serves_many_for_a_while()
    {
        using ServedMachine machine = ServedMachine.Start(8080, Path.Combine(Repository.Root, "samples", "HelloWeb"));
        await HostClient.CurlUntil(machine, $"http://127.0.0.1:{machine.Port}/");
        HostClient.Wrk(machine.Port, "json", LoadSeconds);
        HostClient.Wrk(machine.Port, "bytes/1000000", LoadSeconds);
        HostClient.Wrk(machine.Port, "lines", LoadSeconds);
        Assert.Equal(0, machine.Stop());
    }

    [Fact]
    public async Task Redis_takes_its_benchmark_for_a_while()
    {
        using ServedMachine machine = ServerProgram.Get("redis").Start();
        string port = machine.Port.ToString(CultureInfo.InvariantCulture);
        await machine.Until(() => Task.Run(() =>
            ChildRun.Run("redis-cli", ["-p", port, "PING"], new ChildOptions { Seconds = ServedMachine.AttemptSeconds }).OutputText == "PONG\n" ? 0 : throw new IOException("no PONG")));
        foreach (string pipelined in (string[])["1", "16"])
        {
            string said = HostClient.Run("redis-benchmark", ["-p", port, "-n", "10000", "-c", "50", "-P", pipelined, "--csv"], [], seconds: 600).OutputText;
            Assert.DoesNotContain("rror", said, System.StringComparison.Ordinal);
        }

        Assert.Equal(machine.Ends, machine.Stop());
    }

    /// <summary>SIGTERM to the tool closes its tables; a machine that was switched off would have to repair them.</summary>
    [Fact]
    public async Task Mariadb_shuts_down_in_order()
    {
        string data = Path.Combine(Repository.Artifacts, "mariadb");
        if (!Directory.Exists(data))
        {
            RunOutcome made = ChildRun.Run(
                "mariadb-install-db", ["--no-defaults", "--user=root", "--auth-root-authentication-method=normal", "--skip-test-db", "--datadir=" + data], new ChildOptions { Seconds = 300, InheritEnvironment = true });
            Assert.True(made.Status == 0, made.ErrorText);
        }

        using ServedMachine machine = ServerProgram.Get("mariadbd").Start("--add", data + ":/data");
        await machine.Until(async () =>
        {
            // The server speaks first: its version, or that this computer may not ask.
            using TcpClient client = new();
            await client.ConnectAsync(IPAddress.Loopback, machine.Port);
            byte[] greeting = new byte[128];
            int count = await client.GetStream().ReadAsync(greeting).AsTask().WaitAsync(TimeSpan.FromSeconds(ServedMachine.AttemptSeconds));
            return count > 4 ? 0 : throw new IOException("no greeting");
        });
        Assert.Equal(machine.Ends, machine.Stop());
        Assert.Contains("Shutdown complete", machine.Output, StringComparison.Ordinal);
    }
}

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Threading.Tasks;
using Mote.Cli.Kvm;
using Mote.Tests.Guest;
using Xunit;

namespace Mote.Tests.Kvm;

/// <summary>Servers under KVM, asked by clients of the emulated computer over its loopback.</summary>
public sealed class ServerTests
{
    private const int Port = 18080;

    /// <summary>The second machine takes the port that the first has left.</summary>
    [Fact]
    public Task Nginx_answers_many_and_again_after_a_restart() => ServeTwice("microvm", Port);

    [Fact]
    [Trait("Category", "Long")]
    public Task Nginx_on_q35_answers_many_and_again_after_a_restart() => ServeTwice("q35", Port + 1);

    private static async Task ServeTwice(string machine, int hostPort)
    {
        string port = hostPort.ToString(CultureInfo.InvariantCulture);
        ServerProgram server = ServerProgram.Get("nginx");
        for (int start = 0; start < 2; start++)
        {
            KvmHostProgram running = KvmComputer.BeginMote(Arguments(server, port, machine), 240);
            int processId = await running.ProcessId;
            RunOutcome page = await Ask(running, "curl", "-sS", "--max-time", "20", $"http://127.0.0.1:{port}/page.html");
            Assert.Equal(ServedFiles.Page, page.Output);
            if (start == 0)
            {
                RunOutcome blob = KvmComputer.Run("curl", ["-sS", "--max-time", "100", $"http://127.0.0.1:{port}/blob.bin"]);
                Assert.Equal(ServedFiles.Blob, blob.Output);
                RunOutcome load = KvmComputer.Run("wrk", ["-t1", "-c32", "-d2", "--timeout", "60", $"http://127.0.0.1:{port}/page.html"]);
                Assert.DoesNotContain("Socket errors", load.OutputText, StringComparison.Ordinal);
                Assert.DoesNotContain("Non-2xx", load.OutputText, StringComparison.Ordinal);
                Assert.Matches(@"[1-9]\d* requests in ", load.OutputText);
            }

            KvmComputer.Run("kill", ["-TERM", processId.ToString(CultureInfo.InvariantCulture)]);
            Assert.Equal(server.Ends, (await running.Outcome).Status);
        }
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task Redis_takes_its_benchmark()
    {
        string port = (Port + 2).ToString(CultureInfo.InvariantCulture);
        ServerProgram server = ServerProgram.Get("redis");
        KvmHostProgram running = KvmComputer.BeginMote(Arguments(server, port, "microvm"), 240);
        int processId = await running.ProcessId;
        RunOutcome pong = await Ask(running, "redis-cli", "-p", port, "PING");
        Assert.Equal("PONG\n", pong.OutputText);
        RunOutcome figures = KvmComputer.Run("redis-benchmark", ["-p", port, "-t", "set,get", "-n", "200", "-c", "10", "-P", "4", "--csv"]);
        Assert.DoesNotContain("rror", figures.OutputText, StringComparison.Ordinal);
        Assert.Equal(3, figures.OutputText.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        KvmComputer.Run("kill", ["-TERM", processId.ToString(CultureInfo.InvariantCulture)]);
        Assert.Equal(server.Ends, (await running.Outcome).Status);
    }

    /// <summary>The host's kernel carries the packets: QEMU has its device open.</summary>
    [Theory]
    [Trait("Category", "Long")]
    [InlineData("microvm", "10.78.1")]
    [InlineData("q35", "10.78.2")]
    public async Task Nginx_answers_by_a_tap_and_vhost(string machine, string network)
    {
        string tap = "motekvm" + network[^1];
        RunOutcome made = KvmComputer.Run("/bin/sh", ["-c", $"ip tuntap add dev {tap} mode tap && ip addr add {network}.1/24 dev {tap} && ip link set {tap} up"]);
        Assert.True(made.Status == 0, made.ErrorText);
        ServerProgram server = ServerProgram.Get("nginx");
        KvmHostProgram running = KvmComputer.BeginMote(["run", "--net", $"tap={tap},ip={network}.2/24", "--machine", machine, .. Program(server)], 240);
        int processId = await running.ProcessId;
        string address = $"http://{network}.2:{server.Port.ToString(CultureInfo.InvariantCulture)}/";
        RunOutcome page = await Ask(running, "curl", "-sS", "--max-time", "20", address + "page.html");
        Assert.Equal(ServedFiles.Page, page.Output);
        RunOutcome blob = KvmComputer.Run("curl", ["-sS", "--max-time", "100", address + "blob.bin"]);
        Assert.Equal(ServedFiles.Blob, blob.Output);
        RunOutcome open = KvmComputer.Run("/bin/sh", ["-c", "ls -l /proc/[0-9]*/fd | grep -c /dev/vhost-net"]);
        Assert.Equal("1\n", open.OutputText);
        KvmComputer.Run("kill", ["-TERM", processId.ToString(CultureInfo.InvariantCulture)]);
        Assert.Equal(server.Ends, (await running.Outcome).Status);
    }

    /// <summary>Tries until it does not fail: QEMU takes connections before the server does, and ends them.</summary>
    internal static async Task<RunOutcome> Ask(KvmHostProgram running, string client, params string[] arguments)
    {
        const int Tries = 120;
        RunOutcome outcome = new(1, [], []);
        for (int i = 0; i < Tries && outcome.Status != 0; i++)
        {
            if (running.Outcome.IsCompleted)
            {
                throw new InvalidOperationException($"the machine has ended: {System.Text.Encoding.UTF8.GetString((await running.Outcome).Error)}");
            }

            await Task.Delay(500);
            outcome = KvmComputer.Run(client, arguments);
        }

        return outcome;
    }

    /// <summary>Of <c>mote run</c>, for a server at a port of the computer's loopback.</summary>
    internal static string[] Arguments(ServerProgram server, string port, string machine, params string[] further) =>
        ["run", "-p", $"{port}:{server.Port}", "--machine", machine, .. further, .. Program(server)];

    /// <summary>The same without a network.</summary>
    private static string[] Program(ServerProgram server)
    {
        string folder = Path.Combine(Repository.Root, "tests", "Guest", "servers");
        List<string> options = [.. server.Options];
        for (int i = 0; i < options.Count; i++)
        {
            options[i] = options[i].Replace("{servers}", folder, StringComparison.Ordinal);
        }

        return [.. options, .. ServedFiles.Option, server.Path!, "--", .. server.Args];
    }
}

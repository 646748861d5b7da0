using System.Globalization;
using System.IO;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>iperf3 in a machine, the host's iperf3 as its client: streams in both directions and datagrams.</summary>
public sealed class TransferTests
{
    [Fact]
    public async Task Iperf3_measures_both_directions_and_datagrams()
    {
        using ServedMachine machine = ServerProgram.Get("iperf3").Start();
        string port = machine.Port.ToString(CultureInfo.InvariantCulture);
        await Received("-n", "100000");

        // The receiver counts until the sender says that it has sent all, and what QEMU holds then is not counted.
        Assert.InRange(await Received("-n", "40000000", "-P", "2"), 20_000_000, 44_000_000);
        Assert.InRange(await Received("-n", "40000000", "-R"), 20_000_000, 44_000_000);

        // QEMU's user network may drop datagrams; most arrive at this rate, both ways.
        Assert.InRange(await Received("-u", "-b", "4M", "-t", "1", "-l", "1400"), 100_000, 1_000_000);
        Assert.InRange(await Received("-u", "-b", "4M", "-t", "1", "-l", "1400", "-R"), 100_000, 1_000_000);
        Assert.Equal(machine.Ends, machine.Stop());

        // The bytes that the receiver counted. The server closes its listener after each run and opens it anew: who comes in between is turned away.
        Task<long> Received(params string[] options) => machine.Until(() => Task.Run(() => ReceivedOnce(options)));

        long ReceivedOnce(string[] options)
        {
            RunOutcome outcome = ChildRun.Run("iperf3", ["-c", "127.0.0.1", "-p", port, "--json", .. options], new ChildOptions { Seconds = 4 * ServedMachine.AttemptSeconds });
            if (outcome.Status == 124)
            {
                throw new IOException("no answer");
            }

            using JsonDocument said = JsonDocument.Parse(outcome.Output);
            if (said.RootElement.TryGetProperty("error", out JsonElement error))
            {
                throw new IOException(error.GetString());
            }

            JsonElement end = said.RootElement.GetProperty("end");
            JsonElement sum = end.GetProperty(end.TryGetProperty("sum_received", out _) ? "sum_received" : "sum");
            double lost = sum.TryGetProperty("lost_percent", out JsonElement percent) ? percent.GetDouble() : 0;
            return (long)(sum.GetProperty("bytes").GetInt64() * (1 - lost / 100));
        }
    }
}

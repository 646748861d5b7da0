using System;
using System.Diagnostics;
using System.IO;
using System.Net;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>A tap of this computer with addresses of its own, until it is disposed of; a machine is plugged into it (ip-tuntap(8)).</summary>
internal sealed class TapInterface : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private Process? _server;

    /// <summary>10.77.N.1/24 and fd77:N::1/64.</summary>
    public TapInterface(int number)
    {
        Number = number;
        Name = $"motetest{number}";
        if (Directory.Exists($"/sys/class/net/{Name}"))
        {
            Ip($"tuntap del dev {Name} mode tap"); // of a run that was killed
        }

        Ip($"tuntap add dev {Name} mode tap");
        Ip($"addr add {Host}/24 dev {Name}");
        Ip($"-6 addr add {HostV6}/64 dev {Name} nodad");
        Ip($"link set {Name} up");
    }

    public int Number { get; }

    public string Name { get; }

    public IPAddress Host => IPAddress.Parse($"10.77.{Number}.1");

    public IPAddress HostV6 => IPAddress.Parse($"fd77:{Number}::1");

    public IPAddress Guest => IPAddress.Parse($"10.77.{Number}.2");

    public IPAddress GuestV6 => IPAddress.Parse($"fd77:{Number}::2");

    /// <summary>dnsmasq(8) on this interface alone: leases from .50 to .60, router advertisements, and names.</summary>
    public void Configure(params string[] options)
    {
        ProcessStartInfo start = new("/usr/sbin/dnsmasq", [
            "--keep-in-foreground", "--conf-file=/dev/null", "--no-hosts", "--no-resolv", $"--interface={Name}", "--bind-interfaces", "--except-interface=lo",
            "--pid-file=", $"--dhcp-leasefile={Path.Combine(Repository.Artifacts, Name + ".leases")}", $"--dhcp-range=10.77.{Number}.50,10.77.{Number}.60,255.255.255.0,1h", "--enable-ra", $"--dhcp-range=fd77:{Number}::,ra-only", .. options])
        {
            RedirectStandardError = true,
        };
        _server = Process.Start(start)!;
    }

    public void Dispose()
    {
        if (_server is { HasExited: false })
        {
            _server.Kill();
            _server.WaitForExit(s_patience);
        }

        _server?.Dispose();
        Ip($"tuntap del dev {Name} mode tap");
    }

    private static void Ip(string words)
    {
        RunOutcome outcome = ChildRun.Run("ip", words.Split(' '), new ChildOptions());
        Assert.True(outcome.Status == 0, $"ip {words}: {outcome.ErrorText}");
    }
}

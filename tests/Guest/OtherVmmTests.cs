using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>
/// Machines put together like those of other VMMs, as far as QEMU can: Firecracker's (virtio by words of the command line, serial port, no
/// virtio console, no ACPI pointer, a keyboard controller) and Cloud
/// Hypervisor's (PCI, a console with one port, ACPI). Nobody restarts them but themselves: a wrong way out is seen. And machines that are
/// too small, or large.
/// </summary>
public sealed class OtherVmmTests
{
    private const string FirecrackerWords = "console=ttyS0 reboot=k panic=1 pci=off";

    private static readonly string[] s_firecracker =
    [
        "-M", "microvm,acpi=off,isa-serial=on,pit=on,pic=on,rtc=on,auto-kernel-cmdline=on", "-global", "virtio-mmio.force-legacy=false",
            "-cpu", "max", "-m", "256M", "-device", "i8042", "-serial", "stdio",
    ];

    private static readonly string[] s_cloudHypervisor = ["-M", "q35", "-cpu", "max", "-m", "512M"];

    private static readonly string[] s_console =
        ["-device", "virtio-serial-pci,disable-legacy=on,max_ports=1", "-chardev", "stdio,id=console", "-device",
        "virtconsole,chardev=console"];

    private const string Server = """
        import http.server
        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200); self.end_headers(); self.wfile.write(b'served ' + self.path.encode())
        s = http.server.HTTPServer(('0.0.0.0', 8080), Answer)
        print('listening', flush=True)
        s.handle_request()
        print('done', flush=True)
        """;

    [Fact]
    public async Task Hello_on_a_machine_like_Firecrackers()
    {
        string image = Hello();
        using BareMachine machine = BareMachine.Start(image, $"{FirecrackerWords} {BareMachine.CommandLine(image)}", s_firecracker);
        Assert.Equal("guest-reset", await machine.End());
        Assert.Equal(HelloText(), machine.Output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task A_server_on_a_machine_like_Firecrackers()
    {
        string image = PythonServer();
        int port = ServedMachine.FreePort();
        using BareMachine machine =
            BareMachine.Start(image, $"{FirecrackerWords} {BareMachine.CommandLine(image)} mote.net=dhcp",
            [.. s_firecracker, .. Network(port, "virtio-net-device"), "-device", "virtio-rng-device"]);
        await Ask(machine, port);
        Assert.Equal("guest-reset", await machine.End());
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("", false)]
    [InlineData("console=ttyS0", true)]
    public async Task Hello_on_a_machine_like_Cloud_Hypervisors(string words, bool hasConsole)
    {
        bool isSerial = !hasConsole || words.Length > 0;
        string image = Hello();
        string[] devices = isSerial
            ? ["-serial", "stdio", .. hasConsole ? (string[])["-device", "virtio-serial-pci,disable-legacy=on,max_ports=1"] : []]
            : s_console;
        using BareMachine machine =
            BareMachine.Start(image, $"{words} {BareMachine.CommandLine(image)}", [.. s_cloudHypervisor, .. devices]);
        Assert.Equal("guest-shutdown", await machine.End());
        Assert.Equal(HelloText(), machine.Output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task A_server_on_a_machine_like_Cloud_Hypervisors()
    {
        string image = PythonServer();
        int port = ServedMachine.FreePort();
        using BareMachine machine =
            BareMachine.Start(image, BareMachine.CommandLine(image) + " mote.net=dhcp",
            [.. s_cloudHypervisor, .. s_console, .. Network(port, "virtio-net-pci"), "-device", "virtio-rng-pci,disable-legacy=on"]);
        await Ask(machine, port);
        Assert.Equal("guest-shutdown", await machine.End());
    }

    [Theory]
    [InlineData("microvm,acpi=off", "3M")]
    [InlineData("microvm,acpi=off", "4M")]
    [InlineData("q35", "4M")]
    public async Task A_machine_that_is_too_small_says_so(string model, string memory)
    {
        string image = Hello();
        using BareMachine machine =
            BareMachine.Start(image, BareMachine.CommandLine(image), "-M", model, "-cpu", "max", "-m", memory, "-serial", "stdio",
            "-device", "isa-debug-exit,iobase=0xf4,iosize=4");
        Assert.Equal("nothing", await machine.End());
        Assert.StartsWith("mote: the machine has too little memory", machine.Output, StringComparison.Ordinal);
        Assert.Contains("--memory", machine.Output, StringComparison.Ordinal);
    }

    /// <summary>Memory above 4 GiB, with pages of a GiB for the kernel's map of it and without.</summary>
    [Theory]
    [InlineData("microvm,acpi=off", "5G", "max")]
    [InlineData("q35", "5G", "max")]
    [InlineData("q35", "9G", "max,-pdpe1gb")]
    public async Task A_machine_may_be_large(string model, string memory, string cpu)
    {
        string image = Hello();
        using BareMachine machine =
            BareMachine.Start(image, BareMachine.CommandLine(image), "-M", model, "-no-reboot", "-cpu", cpu, "-m", memory, "-serial",
            "stdio");
        _ = await machine.End();
        Assert.Equal(HelloText(), machine.Output.ReplaceLineEndings("\n"));
    }

    /// <summary>CPUs and hypervisors that say nothing of the counter's rate, or something that cannot be.</summary>
    [Theory]
    [InlineData("max,-kvmclock")]
    [InlineData("max,-hypervisor")]
    [InlineData("max,tsc-frequency=1000000000,vmware-cpuid-freq=on")]
    [InlineData("max,tsc-frequency=1")]
    [InlineData("max,-tsc-deadline,-x2apic")]
    [InlineData("max,-invtsc,-rdtscp")]
    public async Task A_rate_is_found_or_measured(string cpu)
    {
        string image = Hello();
        using BareMachine machine =
            BareMachine.Start(image, BareMachine.CommandLine(image), "-M", "microvm,acpi=off", "-no-reboot", "-cpu", cpu, "-m", "64M",
            "-serial", "stdio");
        _ = await machine.End();
        Assert.Equal(HelloText(), machine.Output.ReplaceLineEndings("\n"));
    }

    /// <summary>The monitor stops the machine for a while. Its clock is the emulator's, which stands still, too.</summary>
    [Fact]
    public async Task Time_does_not_run_backwards_over_a_stop()
    {
        const int Lines = 10;
        string image =
            BareMachine.Image("ticks", "/usr/bin/python3", "--", "-c",
            "import time\nwhile True:\n print('at', time.monotonic_ns(), time.time_ns(), flush=True)\n time.sleep(0.1)");
        using BareMachine machine =
            BareMachine.Start(image, BareMachine.CommandLine(image), "-M", "microvm,acpi=off", "-cpu", "max", "-m", "256M", "-serial",
            "stdio");
        await machine.Until(text => Times(text).Length >= Lines);
        machine.Command("stop");
        await Task.Delay(3000);
        machine.Command("cont");
        int before = Times(machine.Output).Length;
        await machine.Until(text => Times(text).Length >= before + Lines);
        (long Monotonic, long Real)[] times = Times(machine.Output);
        for (int i = 1; i < times.Length; i++)
        {
            Assert.True(times[i].Monotonic > times[i - 1].Monotonic && times[i].Real > times[i - 1].Real, machine.Output);
        }
    }

    private static string Hello() => BareMachine.Image("hello", ProgramCompiler.PathOf(ProgramCatalog.Get("hello (musl)")));

    private static string HelloText() =>
        ChildRun.Run(ProgramCompiler.PathOf(ProgramCatalog.Get("hello (musl)")), [], new ChildOptions()).OutputText;

    private static string PythonServer() => BareMachine.Image("server", "/usr/bin/python3", "--", "-c", Server);

    private static string[] Network(int port, string card) =>
        ["-netdev", $"user,id=net0,hostfwd=tcp:127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}-:8080", "-device",
            card + ",netdev=net0" + (card.EndsWith("pci", StringComparison.Ordinal) ? ",disable-legacy=on,romfile=" : "")];

    /// <summary>One request, as soon as the server says that it listens.</summary>
    private static async Task Ask(BareMachine machine, int port)
    {
        await machine.Until(text => text.Contains("listening", StringComparison.Ordinal));
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /page HTTP/1.0\r\n\r\n"));
        using StreamReader reader = new(client.GetStream());
        Assert.EndsWith("served /page", await reader.ReadToEndAsync(), StringComparison.Ordinal);
        await machine.Until(text => text.Contains("done", StringComparison.Ordinal));
    }

    /// <summary>Whole lines only.</summary>
    private static (long Monotonic, long Real)[] Times(string text) =>
        [.. Regex.Matches(text, @"at (\d+) (\d+)\r?\n").Select(match =>
            (long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture),
            long.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)))];
}

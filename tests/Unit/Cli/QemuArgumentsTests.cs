using System.Collections.Generic;
using System.Linq;
using Mote.Cli;
using Mote.Cli.Vmm;
using Xunit;

namespace Mote.Tests.Unit.Cli;

public sealed class QemuArgumentsTests
{
    private static readonly MachineOptions s_options = new()
    {
        KernelPath = "/k/mote.elf",
        RootImagePath = "/i/root.erofs",
        KernelCommandLine = "mote.exec=/a",
        Memory = MemorySize.FromMebibytes(64),
    };

    [Fact]
    public void MicrovmHasTheDevicesOfTheProtocol()
    {
        List<string> arguments = QemuArguments.Build(s_options, "/tmp/f");

        Assert.Equal("microvm,acpi=off,pic=off,pit=off,rtc=off,isa-serial=on", After(arguments, "-M"));
        Assert.Equal("1,maxcpus=2", After(arguments, "-smp"));
        Assert.Equal("size=64M", After(arguments, "-m"));
        Assert.Equal("/i/root.erofs", After(arguments, "-initrd"));
        Assert.Equal("mote.exec=/a", After(arguments, "-append"));
        Assert.Contains("socket,id=stdin,path=/tmp/f/stdin", arguments);
        Assert.Contains("virtserialport,chardev=control,name=mote.control,nr=4", arguments);
        Assert.Contains("virtio-rng-device", arguments);
        Assert.Contains("isa-debug-exit,iobase=0xf4,iosize=4", arguments);
        Assert.DoesNotContain("-gdb", arguments);
    }

    [Fact]
    public void Q35HasTheSameDevicesOnPci()
    {
        List<string> arguments = QemuArguments.Build(s_options with { Model = MachineModel.Q35 }, "/tmp/f");

        Assert.Equal("q35", After(arguments, "-M"));
        Assert.Contains("virtio-serial-pci,disable-legacy=on,max_ports=5", arguments);
        Assert.Contains("virtio-rng-pci,disable-legacy=on", arguments);
    }

    [Fact]
    public void DebuggerListensOnLoopbackOnly()
    {
        List<string> arguments = QemuArguments.Build(s_options with { DebuggerPort = 4711 }, "/tmp/f");

        Assert.Equal("tcp:127.0.0.1:4711", After(arguments, "-gdb"));
        Assert.Contains("-S", arguments);
    }

    [Fact]
    public void ACardIsThereOnlyWhenSomebodyWantsIt()
    {
        Assert.DoesNotContain("-netdev", QemuArguments.Build(s_options, "/tmp/f"));

        Assert.True(PublishedPort.TryParse("8080:80", out PublishedPort? first));
        Assert.True(PublishedPort.TryParse("127.0.0.2:5353:53/udp", out PublishedPort? second));
        NetworkOptions network = NetworkOptions.Create(null, [first!, second!], "/tmp/a,b.pcap");
        List<string> arguments = QemuArguments.Build(s_options with { Network = network }, "/tmp/f");
        Assert.Equal("user,id=net0,hostfwd=tcp:127.0.0.1:8080-:80,hostfwd=udp:127.0.0.2:5353-:53", After(arguments, "-netdev"));
        Assert.Contains("virtio-net-device,netdev=net0", arguments);
        Assert.Equal("filter-dump,id=capture,netdev=net0,file=/tmp/a,,b.pcap", After(arguments, "-object"));
        Assert.Contains("virtio-net-pci,netdev=net0,disable-legacy=on,romfile=", QemuArguments.Build(s_options with { Network = network, Model = MachineModel.Q35 }, "/tmp/f"));

        Assert.True(NetworkChoice.TryParse("tap=tap0,ip=10.0.5.2/24", out NetworkChoice? tap));
        arguments = QemuArguments.Build(s_options with { Network = NetworkOptions.Create(tap, [], null) }, "/tmp/f");
        Assert.Equal("tap,id=net0,ifname=tap0,script=no,downscript=no", After(arguments, "-netdev"));
        arguments = QemuArguments.Build(s_options with { Network = NetworkOptions.Create(tap, [], "/tmp/out.pcap") }, "/tmp/f");
        Assert.Equal("tap,id=net0,ifname=tap0,script=no,downscript=no,vnet_hdr=off", After(arguments, "-netdev"));
        Assert.Throws<CliException>(() => NetworkOptions.Create(tap, [first!], null));
        Assert.Throws<CliException>(() => NetworkOptions.Create(NetworkChoice.None, [first!], null));
    }

    [Fact]
    public void APortThatIsTakenIsToldBeforeTheMachineStarts()
    {
        using System.Net.Sockets.Socket holder = new(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        holder.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        holder.Listen();
        int taken = ((System.Net.IPEndPoint)holder.LocalEndPoint!).Port;
        Assert.True(PublishedPort.TryParse($"{taken}:80", out PublishedPort? port));
        CliException error = Assert.Throws<CliException>(() => NetworkOptions.Create(null, [port!], null).Check());
        Assert.Contains("taken", error.Message, System.StringComparison.Ordinal);
        Assert.True(NetworkChoice.TryParse("tap=mote-no-such-0", out NetworkChoice? tap));
        Assert.Throws<CliException>(() => NetworkOptions.Create(tap, [], null).Check());
        Assert.True(NetworkChoice.TryParse("tap=lo", out NetworkChoice? loopback));
        Assert.Throws<CliException>(() => NetworkOptions.Create(loopback, [], null).Check());
    }

    [Fact]
    public void CommasInTheChannelFolderAreDoubled() =>
        Assert.Contains("socket,id=stdout,path=/tmp/a,,b/stdout", QemuArguments.Build(s_options, "/tmp/a,b"));

    private static string After(List<string> arguments, string option) => arguments.SkipWhile(argument => argument != option).Skip(1).First();
}

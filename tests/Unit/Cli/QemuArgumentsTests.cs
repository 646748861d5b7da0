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
        Assert.Equal("mote.exec=/a mote.pci=2", After(arguments, "-append"));
    }

    /// <summary>The kernel looks for no more devices than there are.</summary>
    [Fact]
    public void TheKernelIsToldHowManyDevicesAreOnPci()
    {
        NetworkOptions network = NetworkOptions.Create(NetworkChoice.User, [], null);
        List<string> arguments = QemuArguments.Build(s_options with { Model = MachineModel.Q35, Network = network }, "/tmp/f");
        Assert.Equal(3, arguments.Count(argument => argument.Contains("-pci,", System.StringComparison.Ordinal)));
        Assert.Equal("mote.exec=/a mote.pci=3", After(arguments, "-append"));
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
        NetworkOptions network = NetworkOptions.Create(NetworkChoice.User, [first!, second!], "/tmp/a,b.pcap");
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
    public void APublishedPortAloneLeadsNowhereElse()
    {
        Assert.True(PublishedPort.TryParse("8080:80", out PublishedPort? port));
        NetworkOptions network = NetworkOptions.Create(null, [port!], null);
        List<string> arguments = QemuArguments.Build(s_options with { Network = network }, "/tmp/f");
        Assert.Equal("user,id=net0,restrict=on,ipv6=off,hostfwd=tcp:127.0.0.1:8080-:80", After(arguments, "-netdev"));
        Assert.Equal("ip=10.0.2.15/24", network.KernelWords);
        Assert.True(PublishedPort.TryParse("0.0.0.0:8080:80", out PublishedPort? open));
        Assert.Equal("ip=10.0.2.15/24,gw=10.0.2.2", NetworkOptions.Create(null, [port!, open!], null).KernelWords);
        Assert.Contains("restrict=on", After(QemuArguments.Build(s_options with { Network = NetworkOptions.Create(null, [], "/tmp/x.pcap") }, "/tmp/f"), "-netdev"), System.StringComparison.Ordinal);
    }

    [Fact]
    public void DatagramsOfAClosedNetworkGoByTheTool()
    {
        Assert.True(PublishedPort.TryParse("8080:80", out PublishedPort? stream));
        Assert.True(PublishedPort.TryParse("0.0.0.0:53:53/udp", out PublishedPort? datagrams));
        NetworkOptions network = NetworkOptions.Create(null, [stream!, datagrams!], "/tmp/x.pcap");
        List<string> arguments = QemuArguments.Build(s_options with { Network = network }, "/tmp/f,1");
        Assert.Equal(
            [
                "user,id=user0,restrict=on,ipv6=off,hostfwd=tcp:127.0.0.1:8080-:80",
                "stream,id=datagrams,server=off,addr.type=unix,addr.path=/tmp/f,,1/datagrams",
                "hubport,id=net0,hubid=0",
                "hubport,id=hub1,hubid=0,netdev=user0",
                "hubport,id=hub2,hubid=0,netdev=datagrams",
            ],
            arguments.Where((_, i) => i > 0 && arguments[i - 1] == "-netdev"));
        Assert.Equal("filter-dump,id=capture,netdev=net0,file=/tmp/x.pcap", After(arguments, "-object"));
        Assert.Equal("ip=10.0.2.15/24", network.KernelWords); // the relay is a neighbour
        Assert.DoesNotContain(arguments, argument => argument.StartsWith("socket,id=datagrams", System.StringComparison.Ordinal));
        Assert.DoesNotContain("net_bind_service", QemuPrivileges.Needed(s_options with { Network = network })); // the tool takes the port
    }

    [Fact]
    public void ServicesAreLetThroughOneByOne()
    {
        NetworkOptions network = NetworkOptions.Create(null, [], null, ["db.example.org:5432", "127.0.0.1:6379", "cache=10.1.2.3:80", "db.example.org:5433", "10.1.2.4:81"]);
        Assert.Equal("ip=10.0.2.15/24,host=10.0.2.100/db.example.org,host=10.0.2.101/host.mote.internal,host=10.0.2.102/cache", network.KernelWords);
        string rules = After(QemuArguments.Build(s_options with { Network = network }, "/tmp/f"), "-netdev");
        Assert.Contains("guestfwd=tcp:10.0.2.100:5432-cmd:", rules, System.StringComparison.Ordinal);
        Assert.Contains(" 'relay' 'db.example.org' 5433", rules, System.StringComparison.Ordinal);
        Assert.Contains("guestfwd=tcp:10.0.2.101:6379-cmd:", rules, System.StringComparison.Ordinal);
        Assert.Contains("guestfwd=tcp:10.0.2.103:81-cmd:", rules, System.StringComparison.Ordinal);
        Assert.Contains("spawn=allow", After(QemuArguments.Build(s_options with { Network = network }, "/tmp/f"), "-sandbox"), System.StringComparison.Ordinal);
        Assert.Throws<CliException>(() => NetworkOptions.Create(NetworkChoice.User, [], null, ["a:1"]));
        Assert.Throws<CliException>(() => NetworkOptions.Create(NetworkChoice.None, [], null, ["a:1"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData(":80")]
    [InlineData("a:0")]
    [InlineData("a:65536")]
    [InlineData("a b:80")]
    [InlineData("a\n:80")]
    [InlineData("=a:80")]
    [InlineData("x,y=a:80")]
    public void WhatIsNoServiceIsRefused(string text) => Assert.Throws<CliException>(() => NetworkOptions.Create(null, [], null, [text]));

    [Fact]
    public void WordsOfTheProgramDoNotStandOnTheCommandLine()
    {
        List<string> arguments = QemuArguments.Build(s_options with { KernelCommandLine = "mote.config=fw_cfg", Configuration = "mote.env=SECRET%3Dx" }, "/tmp/f");
        Assert.Equal("name=opt/mote/config,file=/proc/self/fd/0", After(arguments, "-fw_cfg"));
        Assert.DoesNotContain(arguments, argument => argument.Contains("SECRET", System.StringComparison.Ordinal));
    }

    [Fact]
    public void QemuDeniesItselfWhatItDoesNotNeed()
    {
        Assert.Equal("on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny", After(QemuArguments.Build(s_options, "/tmp/f"), "-sandbox"));
        Assert.DoesNotContain("-sandbox", QemuArguments.Build(s_options with { IsSandboxed = false }, "/tmp/f"));
    }

    [Fact]
    public void OfRootsCapabilitiesTheNeededAreKept()
    {
        MachineOptions open = s_options with { KernelPath = "/bin/sh", RootImagePath = null };
        Assert.Empty(QemuPrivileges.Needed(open));
        Assert.True(PublishedPort.TryParse("80:80", out PublishedPort? low));
        Assert.Equal(["net_bind_service"], QemuPrivileges.Needed(open with { Network = NetworkOptions.Create(null, [low!], null) }));
        Assert.True(NetworkChoice.TryParse("tap=tap0", out NetworkChoice? tap));
        Assert.Equal(["net_admin", "dac_override"], QemuPrivileges.Needed(open with { Network = NetworkOptions.Create(tap, [], "/tmp/x.pcap") }));
        Assert.Equal(["dac_read_search"], QemuPrivileges.Needed(open with { RootImagePath = "/root/no/such/image" }));
        Assert.Equal("--no-new-privs", QemuPrivileges.Options([])[0]);
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

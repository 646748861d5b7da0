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
    public void CommasInTheChannelFolderAreDoubled() =>
        Assert.Contains("socket,id=stdout,path=/tmp/a,,b/stdout", QemuArguments.Build(s_options, "/tmp/a,b"));

    private static string After(List<string> arguments, string option) => arguments.SkipWhile(argument => argument != option).Skip(1).First();
}

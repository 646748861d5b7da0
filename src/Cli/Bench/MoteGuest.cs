using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using Mote.Cli.Vmm;
using Mote.Imaging;

namespace Mote.Cli.Bench;

/// <summary>A program on Mote in a machine with the fewest devices: its streams are the serial port.</summary>
internal sealed class MoteGuest(string kernel, MachineImage image)
{
    public static MoteGuest Create(string kernel, string program, params string[] arguments) => Create(kernel, new ImageRequest { ProgramPath = program, Arguments = arguments });

    /// <exception cref="ImageException">The program cannot become an image.</exception>
    public static MoteGuest Create(string kernel, ImageRequest request) =>
        new(kernel, new ImageBuilder(new SilentProgress()).BuildCached(request, Path.Combine(Installation.CacheFolder(), "images")));

    public MoteGuest WithKernel(string other) => new(other, image);

    public string[] Arguments(int memoryMebibytes, bool countInstructions) => [.. Machine(memoryMebibytes, NetworkOptions.None), .. countInstructions ? ["-icount", "shift=0,sleep=off"] : Array.Empty<string>()];

    /// <summary>As above, with a card on QEMU's user network. Instructions are counted with a clock that goes on while the machine idles, for its peers live in real time.</summary>
    public string[] Arguments(int memoryMebibytes, bool countInstructions, NetworkOptions network) => [.. Machine(memoryMebibytes, network), .. countInstructions ? ["-icount", "shift=0,sleep=on"] : Array.Empty<string>()];

    private List<string> Machine(int memoryMebibytes, NetworkOptions network)
    {
        KernelCommandLine commandLine = new KernelCommandLine()
            .Executable(image.Config.EntryPoint)
            .Arguments(image.Config.Arguments)
            .Environment(image.Config.Environment)
            .WorkingDirectory(image.Config.WorkingDirectory)
            .WallClock(1_700_000_000_000_000_000);
        if (network.Choice.Kind != NetworkKind.None)
        {
            commandLine.Network(network.Choice.KernelWords);
        }

        List<string> arguments = QemuArguments.Machine(new MachineOptions
        {
            KernelPath = kernel,
            RootImagePath = image.RootImagePath,
            KernelCommandLine = commandLine.ToString(),
            Memory = MemorySize.FromMebibytes(memoryMebibytes),
        });
        arguments.AddRange(["-serial", "stdio", "-device", string.Create(CultureInfo.InvariantCulture, $"isa-debug-exit,iobase=0x{QemuArguments.ExitPort:x},iosize=4")]);
        QemuArguments.AddNetwork(arguments, network, MachineModel.Microvm);
        return arguments;
    }
}

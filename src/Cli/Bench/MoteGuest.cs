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

    private MachineModel _model = MachineModel.Microvm;

    public MoteGuest WithKernel(string other) => new(other, image) { _model = _model };

    public MoteGuest On(MachineModel model) => new(kernel, image) { _model = model };

    public string[] Arguments(int memoryMebibytes, bool countInstructions) => [.. Machine(memoryMebibytes, NetworkOptions.None), .. countInstructions ? ["-icount", "shift=0,sleep=off"] : Array.Empty<string>()];

    /// <summary>As above, with a card on QEMU's user network. Instructions are counted with a clock that goes on while the machine idles, for its peers live in real time.</summary>
    public string[] Arguments(int memoryMebibytes, bool countInstructions, NetworkOptions network) => [.. Machine(memoryMebibytes, network), .. countInstructions ? ["-icount", "shift=0,sleep=on"] : Array.Empty<string>()];

    /// <summary>With the devices that <c>mote run</c> has, whose channels lead nowhere but that of the program's output.</summary>
    public string[] RunArguments(int memoryMebibytes)
    {
        List<string> arguments = QemuArguments.Build(Options(memoryMebibytes, NetworkOptions.None) with { IsSandboxed = false }, channelFolder: "");
        for (int i = 0; i + 1 < arguments.Count; i++)
        {
            if (arguments[i] == "-chardev")
            {
                bool isOutput = arguments[i + 1].Contains($"id={Channel.Output.Id()},", StringComparison.Ordinal);
                arguments[i + 1] = isOutput ? ExitGuest.Spoken(arguments[i + 1]) : ExitGuest.Silent(arguments[i + 1]);
            }
        }

        return [.. arguments];
    }

    private List<string> Machine(int memoryMebibytes, NetworkOptions network)
    {
        List<string> arguments = QemuArguments.Machine(Options(memoryMebibytes, network), pciDevices: network.Choice.Kind == NetworkKind.None ? 0 : 1);
        arguments.AddRange(["-serial", "stdio", "-device", string.Create(CultureInfo.InvariantCulture, $"isa-debug-exit,iobase=0x{QemuArguments.ExitPort:x},iosize=4")]);
        QemuArguments.AddNetwork(arguments, network, _model, Accelerator.Tcg);
        return arguments;
    }

    private MachineOptions Options(int memoryMebibytes, NetworkOptions network)
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

        return new MachineOptions
        {
            KernelPath = kernel,
            RootImagePath = image.RootImagePath,
            KernelCommandLine = commandLine.ToString(),
            Memory = MemorySize.FromMebibytes(memoryMebibytes),
            Model = _model,
        };
    }
}

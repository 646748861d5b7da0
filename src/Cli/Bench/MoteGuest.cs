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

    public string[] Arguments(int memoryMebibytes, bool countInstructions)
    {
        string commandLine = new KernelCommandLine()
            .Executable(image.Config.EntryPoint)
            .Arguments(image.Config.Arguments)
            .Environment(image.Config.Environment)
            .WorkingDirectory(image.Config.WorkingDirectory)
            .WallClock(1_700_000_000_000_000_000)
            .ToString();
        List<string> arguments = QemuArguments.Machine(new MachineOptions
        {
            KernelPath = kernel,
            RootImagePath = image.RootImagePath,
            KernelCommandLine = commandLine,
            Memory = MemorySize.FromMebibytes(memoryMebibytes),
        });
        arguments.AddRange(["-serial", "stdio", "-device", string.Create(CultureInfo.InvariantCulture, $"isa-debug-exit,iobase=0x{QemuArguments.ExitPort:x},iosize=4")]);
        if (countInstructions)
        {
            arguments.AddRange(["-icount", "shift=0,sleep=off"]);
        }

        return [.. arguments];
    }
}

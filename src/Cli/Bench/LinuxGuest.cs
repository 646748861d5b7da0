using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Mote.Cli.Vmm;
using Mote.Imaging;

namespace Mote.Cli.Bench;

/// <summary>A Linux kernel with a program as the init of an initramfs, in the same kind of machine.</summary>
internal sealed class LinuxGuest(LinuxKernel kernel, string folder)
{
    private readonly string _folder = folder;

    public LinuxKernel Kernel => kernel;

    public string KernelName => kernel.Name;

    /// <summary>Debian's cloud kernel, downloaded unless it was before.</summary>
    /// <returns>Null where it cannot be had.</returns>
    public static LinuxGuest? TryFind(string root) => LinuxKernel.TryFindDebian(root) is LinuxKernel kernel ? Create(kernel, root) : null;

    /// <summary>The small kernel, built unless it was before: some ten minutes on one core.</summary>
    /// <returns>Null where it cannot be built.</returns>
    public static LinuxGuest? TryFindSmall(string root) => LinuxKernel.TryBuildSmall(root) is LinuxKernel kernel ? Create(kernel, root) : null;

    private static LinuxGuest Create(LinuxKernel kernel, string root) => new(kernel, Directory.CreateDirectory(Path.Combine(BenchPrograms.Folder(root), "initramfs")).FullName);

    /// <summary>QEMU's arguments for a static program as init, in a machine without a timer that works: what does not sleep starts soonest there.</summary>
    public string[] Arguments(string program, int memoryMebibytes) =>
        Machine(ProgramArchive(program), memoryMebibytes, countInstructions: false, hasTimer: kernel.NeedsTimer, ["rdinit=/init"]);

    /// <summary>QEMU's arguments for a static program as init, with arguments of its own, in a machine with a timer.</summary>
    public string[] Arguments(string program, int memoryMebibytes, bool countInstructions, params string[] arguments) =>
        Machine(ProgramArchive(program), memoryMebibytes, countInstructions, hasTimer: true, ["rdinit=/init", "--", .. arguments]);

    /// <summary>An initramfs with a static program as init.</summary>
    private string ProgramArchive(string program)
    {
        string path = Path.Combine(_folder, Path.GetFileName(program) + ".cpio");
        using (FileStream file = File.Create(path))
        {
            CpioArchive archive = new(file);
            AddConsole(archive);
            archive.AddFile("/init", Executable, program);
            archive.End();
        }

        return path;
    }

    /// <summary>QEMU's arguments for a program with all files that its image on Mote has, started by <c>bench/start.c</c>.</summary>
    /// <exception cref="ImageException">The program cannot become an image.</exception>
    public string[] StartArguments(ImageRequest request, string name, string init, int memoryMebibytes) => StartArguments(request, name, init, memoryMebibytes, NetworkOptions.None);

    /// <summary>As above, with a network card, whose modules <c>bench/start.c</c> loads.</summary>
    public string[] StartArguments(ImageRequest request, string name, string init, int memoryMebibytes, NetworkOptions network)
    {
        string path = Path.Combine(_folder, name + ".cpio");
        using (FileStream file = File.Create(path))
        {
            CpioArchive archive = new(file);
            ImageConfig config = new ImageBuilder(new SilentProgress()).AddTo(archive, request);
            AddConsole(archive);
            archive.AddFile("/bench-init", Executable, init);
            string[] words =
            [
                config.WorkingDirectory, config.EntryPoint, config.Arguments.Count.ToString(CultureInfo.InvariantCulture), .. config.Arguments,
                .. config.Environment.Select(variable => $"{variable.Key}={variable.Value}"),
            ];
            archive.AddFile("/bench.start", Executable, Encoding.UTF8.GetBytes(string.Concat(words.Select(word => word + "\0"))));
            if (network.Choice.Kind != NetworkKind.None && kernel.Modules is string modules)
            {
                AddModules(archive, modules);
            }

            archive.End();
        }

        return Machine(path, memoryMebibytes, countInstructions: false, hasTimer: true, ["rdinit=/bench-init"], network);
    }

    /// <summary>The driver of the network card and what it needs, in the order in which they are loaded.</summary>
    private static void AddModules(CpioArchive archive, string folder)
    {
        string[] names = ["net/core/failover", "drivers/net/net_failover", "drivers/virtio/virtio_ring", "drivers/virtio/virtio", "drivers/virtio/virtio_mmio", "drivers/net/virtio_net"];
        archive.AddDirectory("/bench.modules", Executable);
        for (int i = 0; i < names.Length; i++)
        {
            archive.AddFile("/bench.modules/" + i.ToString(CultureInfo.InvariantCulture), Executable, Path.Combine(folder, names[i] + ".ko"));
        }
    }

    private static UnixFileMode Executable => (UnixFileMode)0b111_101_101;

    /// <summary>The console that Linux opens for its init.</summary>
    private static void AddConsole(CpioArchive archive)
    {
        archive.AddDirectory("/dev", Executable);
        archive.AddDevice("/dev/console", UnixFileMode.UserRead | UnixFileMode.UserWrite, 5, 1);
    }

    private string[] Machine(string archive, int memoryMebibytes, bool countInstructions, bool hasTimer, string[] words, NetworkOptions? network = null)
    {
        // Its serial driver needs the PIC, for without ACPI it finds no other interrupt. Without a PIT the kernel cannot measure its counter, and hangs unless it is
        // told; nor can it measure the local APIC's timer then, and alarms never come. Without an RTC it waits two seconds for one.
        bool needsAcpi = kernel.FindsDevicesByAcpi && network is not null && network.Choice.Kind != NetworkKind.None;
        List<string> card = [];
        if (network is not null && network.Choice.Kind != NetworkKind.None)
        {
            card.AddRange(["-global", "virtio-mmio.force-legacy=false"]);
            QemuArguments.AddNetwork(card, network, MachineModel.Microvm, Accelerator.Tcg);
        }

        // A CPU that announces ERMS and FSRM makes Linux clear and copy by string instructions, which the emulator takes a byte a step.
        string counter = (countInstructions ? 1_000_000 : CounterKilohertz()).ToString(CultureInfo.InvariantCulture);
        string model = $"microvm,acpi={(needsAcpi ? "on" : "off")},pit={(hasTimer ? "on" : "off")},rtc=on,isa-serial=on";
        string line = $"console=ttyS0 quiet loglevel=0 reboot=t panic=-1 tsc_early_khz={counter} mitigations=off {string.Join(' ', words)}";
        return
        [
            "-no-user-config", "-nodefaults", "-display", "none", "-no-reboot", "-M", model, "-accel", "tcg", "-cpu", "max,-erms,-fsrm",
            "-smp", "1,maxcpus=2", "-m", memoryMebibytes.ToString(CultureInfo.InvariantCulture) + "M", "-serial", "stdio",
            "-kernel", kernel.ElfPath, "-initrd", archive, "-append", line,
            .. card, .. countInstructions ? ["-icount", "shift=0,sleep=off"] : Array.Empty<string>(),
        ];
    }

    /// <summary>Under TCG the guest's counter is the host's.</summary>
    private static long CounterKilohertz()
    {
        string? line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(text => text.StartsWith("cpu MHz", StringComparison.Ordinal));
        return line is null ? 2_500_000 : (long)(double.Parse(line.Split(':')[1], CultureInfo.InvariantCulture) * 1000);
    }
}

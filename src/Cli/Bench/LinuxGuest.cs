using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Mote.Cli.Vmm;
using Mote.Imaging;

namespace Mote.Cli.Bench;

/// <summary>Debian's cloud kernel with a program as the init of an initramfs, in the same kind of machine.</summary>
internal sealed class LinuxGuest
{
    private readonly string _kernel;
    private readonly string _folder;

    private LinuxGuest(string kernel, string folder)
    {
        _kernel = kernel;
        _folder = folder;
    }

    public string KernelName => Path.GetFileName(_kernel);

    /// <summary>Downloads the kernel's package with apt-get unless it was before; nothing is installed.</summary>
    /// <returns>Null where there is no apt-get or no package.</returns>
    public static LinuxGuest? TryFind(string root)
    {
        string folder = Directory.CreateDirectory(Path.Combine(BenchPrograms.Folder(root), "linux")).FullName;
        string? kernel = Find(folder);
        if (kernel is null && Executables.Find("apt-get") is not null && Executables.Find("dpkg-deb") is not null)
        {
            const string Commands = "set -e; cd \"$1\"; name=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: *\\(linux-image-[^ ]*\\)/\\1/p' | head -n 1); apt-get download -q \"$name\"; dpkg-deb -x \"$name\"_*.deb .; rm -f *.deb";
            ChildProcess.Capture("/bin/sh", "-c", Commands, "sh", folder);
            kernel = Find(folder);
        }

        return kernel is null ? null : new LinuxGuest(kernel, folder);
    }

    /// <summary>QEMU's arguments for a static program as init, in a machine without a timer that works: what does not sleep starts soonest there.</summary>
    public string[] Arguments(string program, int memoryMebibytes) => Machine(ProgramArchive(program), memoryMebibytes, countInstructions: false, hasTimer: false, ["rdinit=/init"]);

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
            if (network.Choice.Kind != NetworkKind.None)
            {
                AddModules(archive);
            }

            archive.End();
        }

        return Machine(path, memoryMebibytes, countInstructions: false, hasTimer: true, ["rdinit=/bench-init"], network);
    }

    /// <summary>The driver of the network card and what it needs, in the order in which they are loaded.</summary>
    private void AddModules(CpioArchive archive)
    {
        string[] names = ["net/core/failover", "drivers/net/net_failover", "drivers/virtio/virtio_ring", "drivers/virtio/virtio", "drivers/virtio/virtio_mmio", "drivers/net/virtio_net"];
        string folder = Path.Combine(Directory.EnumerateDirectories(Path.Combine(_folder, "lib", "modules")).First(), "kernel");
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
        // Its serial driver needs the PIC, for without ACPI it finds no other interrupt. Without a PIT the kernel cannot measure its counter, and hangs unless it is told; nor can it measure the
        // local APIC's timer then, and alarms never come.
        // Debian's kernel finds devices on microvm by ACPI alone.
        bool hasCard = network is not null && network.Choice.Kind != NetworkKind.None;
        List<string> card = [];
        if (hasCard)
        {
            card.AddRange(["-global", "virtio-mmio.force-legacy=false"]);
            QemuArguments.AddNetwork(card, network!, MachineModel.Microvm);
        }

        string counter = (countInstructions ? 1_000_000 : CounterKilohertz()).ToString(CultureInfo.InvariantCulture);
        return
        [
            "-no-user-config", "-nodefaults", "-display", "none", "-no-reboot", "-M", $"microvm,acpi={(hasCard ? "on" : "off")},pit={(hasTimer ? "on" : "off")},rtc=off,isa-serial=on", "-accel", "tcg", "-cpu", "max",
            "-smp", "1,maxcpus=2", "-m", memoryMebibytes.ToString(CultureInfo.InvariantCulture) + "M", "-serial", "stdio",
            "-kernel", _kernel, "-initrd", archive,
            "-append", $"console=ttyS0 quiet loglevel=0 reboot=t panic=-1 tsc_early_khz={counter} mitigations=off {string.Join(' ', words)}",
            .. card, .. countInstructions ? ["-icount", "shift=0,sleep=off"] : Array.Empty<string>(),
        ];
    }

    private static string? Find(string folder) => Directory.Exists(Path.Combine(folder, "boot"))
        ? Directory.EnumerateFiles(Path.Combine(folder, "boot"), "vmlinuz-*").FirstOrDefault()
        : null;

    /// <summary>Under TCG the guest's counter is the host's.</summary>
    private static long CounterKilohertz()
    {
        string? line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(text => text.StartsWith("cpu MHz", StringComparison.Ordinal));
        return line is null ? 2_500_000 : (long)(double.Parse(line.Split(':')[1], CultureInfo.InvariantCulture) * 1000);
    }
}

using System;
using System.Buffers.Binary;
using System.IO;
using System.Linq;

namespace Mote.Cli.Bench;

/// <summary>A kernel of a Linux guest, as an uncompressed ELF file that QEMU starts by PVH: what starts soonest.</summary>
/// <param name="Name">For people.</param>
/// <param name="ElfPath">The ELF file.</param>
/// <param name="Modules">The folder of its modules, where the network card's driver is one.</param>
/// <param name="NeedsTimer">Whether it panics where there is no PIT to try the I/O APIC with.</param>
/// <param name="FindsDevicesByAcpi">Whether virtio devices on microvm are found by ACPI alone, and not by words of the command line.</param>
internal sealed record LinuxKernel(string Name, string ElfPath, string? Modules, bool NeedsTimer, bool FindsDevicesByAcpi)
{
    /// <summary>Debian's cloud kernel: downloads its package with apt-get unless it was before; nothing is installed.</summary>
    /// <returns>Null where there is no apt-get, no package or no lz4 to unpack the kernel.</returns>
    public static LinuxKernel? TryFindDebian(string root)
    {
        string folder = Path.Combine(BenchPrograms.Folder(root), "linux");
        if (FindCompressed(folder) is null)
        {
            _ = DebianKernel.Unpack("linux-image-cloud-amd64", folder, "./boot/*", "./lib/modules/*");
        }

        if (FindCompressed(folder) is not string compressed)
        {
            return null;
        }

        string version = Path.GetFileName(compressed)["vmlinuz-".Length..];
        string modules = Path.Combine(folder, "lib", "modules", version, "kernel");
        return TryUnpack(compressed, folder) is string elf ? new LinuxKernel("Debian's " + version, elf, modules, NeedsTimer: false, FindsDevicesByAcpi: true) : null;
    }

    /// <summary>The smallest Linux that runs the same programs on the same machine: built by <c>bench/small-linux.sh</c> and kept until its configuration changes.</summary>
    /// <returns>Null where it cannot be built; standard error says why.</returns>
    public static LinuxKernel? TryBuildSmall(string root)
    {
        string script = Path.Combine(root, "bench", "small-linux.sh");
        string config = Path.Combine(root, "bench", "small-linux.config");
        string folder = Directory.CreateDirectory(Path.Combine(BenchPrograms.Folder(root), "small-linux")).FullName;
        string kernel = Path.Combine(folder, "vmlinux");
        string built = Path.Combine(folder, "built.config");
        if (!File.Exists(kernel) || !File.Exists(built) || File.ReadAllText(built) != File.ReadAllText(config))
        {
            Console.Error.WriteLine("mote: building the small Linux kernel to compare with (some ten minutes, once)");
            (int status, string text) = ChildProcess.Capture("/bin/sh", script, folder);
            if (status != 0)
            {
                Console.Error.WriteLine(text);
                return null;
            }

            File.Copy(config, built, overwrite: true);
        }

        return new LinuxKernel("a small Linux 6.1", kernel, Modules: null, NeedsTimer: true, FindsDevicesByAcpi: false);
    }

    private static string? FindCompressed(string folder)
    {
        string boot = Path.Combine(folder, "boot");
        return Directory.Exists(boot) ? Directory.EnumerateFiles(boot, "vmlinuz-*").FirstOrDefault() : null;
    }

    /// <summary>Takes the kernel's ELF file out of the file that boot loaders take (Documentation/x86/boot.rst: setup_sects, payload_offset, payload_length).</summary>
    private static string? TryUnpack(string compressed, string folder)
    {
        const int SetupSectors = 0x1f1, PayloadOffset = 0x248, PayloadLength = 0x24c, SectorBytes = 512;
        const int LengthBytes = 4; // of the unpacked kernel, after the payload
        string output = Path.Combine(folder, "vmlinux");
        if (File.Exists(output) && File.GetLastWriteTimeUtc(output) > File.GetLastWriteTimeUtc(compressed))
        {
            return output;
        }

        ReadOnlySpan<byte> image = File.ReadAllBytes(compressed);
        int start = ((image[SetupSectors] + 1) * SectorBytes) + BinaryPrimitives.ReadInt32LittleEndian(image[PayloadOffset..]);
        int length = BinaryPrimitives.ReadInt32LittleEndian(image[PayloadLength..]) - LengthBytes;
        string payload = Path.Combine(folder, "payload.lz4");
        File.WriteAllBytes(payload, image.Slice(start, length));
        (int status, string text) = ChildProcess.Capture("lz4", "-d", "-f", "-q", payload, output);
        File.Delete(payload);
        if (status == 0)
        {
            return output;
        }

        Console.Error.WriteLine($"mote: lz4 cannot unpack {compressed}: {text}");
        File.Delete(output);
        return null;
    }
}

using System;
using System.Globalization;
using System.IO;
using System.Security.Cryptography;
using System.Text;
using Mote.Imaging;

namespace Mote.Cli.Kvm;

/// <summary>
/// The initramfs of an emulated host: busybox, the modules, and an init that sees this computer's files (read only, below a layer in
/// memory), with everything that is installed on it, and becomes the agent there (<see cref="Commands.KvmAgentCommand"/>).
/// </summary>
internal static class KvmHostImage
{
    /// <summary>The name by which the init mounts this computer's files.</summary>
    public const string ShareName = "computer";

    private const UnixFileMode Executable = (UnixFileMode)0b111_101_101;

    /// <summary>The file of the image, in a folder of images named for their content; written unless it was before.</summary>
    /// <exception cref="CliException">busybox is missing.</exception>
    public static string Get(KvmHostKernel kernel, string tool, string root, string folder)
    {
        string busybox = Executables.Find("busybox") ?? throw new CliException("busybox is missing: install busybox-static", ExitStatus.Missing);
        byte[] init = Encoding.UTF8.GetBytes(Init(tool, root));
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(init);
        foreach (string file in (string[])[busybox, .. kernel.Modules])
        {
            hash.AppendData(File.ReadAllBytes(file));
        }

        string path = Path.Combine(Directory.CreateDirectory(folder).FullName, Convert.ToHexStringLower(hash.GetHashAndReset())[..16] + ".cpio");
        if (!File.Exists(path))
        {
            string temporary = path + "." + Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
            Write(temporary, busybox, init, kernel.Modules);
            File.Move(temporary, path, overwrite: true);
        }

        return path;
    }

    private static void Write(string path, string busybox, byte[] init, string[] modules)
    {
        using FileStream file = File.Create(path);
        CpioArchive archive = new(file);
        foreach (string folder in (string[])["/bin", "/dev", "/proc", "/sys", "/modules", "/computer", "/changes", "/root"])
        {
            archive.AddDirectory(folder, Executable);
        }

        archive.AddDevice("/dev/console", UnixFileMode.UserRead | UnixFileMode.UserWrite, 5, 1);
        archive.AddFile("/bin/busybox", Executable, busybox);
        archive.AddLink("/bin/sh", "busybox");
        for (int i = 0; i < modules.Length; i++)
        {
            archive.AddFile($"/modules/{i.ToString("00", CultureInfo.InvariantCulture)}.ko", Executable, modules[i]);
        }

        archive.AddFile("/init", Executable, init);
        archive.End();
    }

    /// <summary>
    /// The shell script that the host's kernel starts. The agent's end is the host's: whoever started it has gone, or is done. Tracing is
    /// mounted for the counts of exits.
    /// </summary>
    private static string Init(string tool, string root) => $"""
        #!/bin/sh
        b=/bin/busybox
        $b mount -t devtmpfs none /dev
        $b mount -t proc none /proc
        $b mount -t sysfs none /sys
        $b mount -t tracefs none /sys/kernel/tracing
        for module in /modules/*.ko; do $b insmod $module; done
        $b mount -t 9p -o trans=virtio,version=9p2000.L,cache=loose,msize=512000,ro {ShareName} /computer
        $b mount -t tmpfs none /changes
        $b mkdir /changes/upper /changes/work
        $b mount -t overlay -o lowerdir=/computer,upperdir=/changes/upper,workdir=/changes/work none /root
        for folder in dev proc sys; do $b mount --move /$folder /root/$folder; done
        $b mkdir -p /root/dev/shm /root/dev/pts
        for folder in tmp run dev/shm; do $b mount -t tmpfs none /root/$folder; done
        $b mount -t devpts none /root/dev/pts
        $b ip link set lo up
        export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
        export DOTNET_ROOT={Quote(DotNetFolder())} MOTE_ROOT={Quote(root)} MOTE_NO_BUILD=1 DOTNET_TieredPGO=0
        $b chroot /root {Quote(tool)} kvm-agent
        $b poweroff -f

        """;

    /// <summary>The folder of the .NET runtime: shared/Microsoft.NETCore.App/VERSION lies in it.</summary>
    private static string DotNetFolder() => Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    private static string Quote(string word) => "'" + word.Replace("'", @"'\''", StringComparison.Ordinal) + "'";
}

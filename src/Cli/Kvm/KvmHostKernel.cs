using System.IO;
using System.Linq;

namespace Mote.Cli.Kvm;

/// <summary>Debian's kernel for computers, which has KVM: its file for boot loaders, and the modules that an emulated host loads.</summary>
/// <param name="Image">The file for boot loaders.</param>
/// <param name="Modules">The modules' files, in the order in which they are loaded.</param>
internal sealed record KvmHostKernel(string Image, string[] Modules)
{
    /// <summary>
    /// What the host loads, a module after those that it needs: the bus and the agent's port, the computer's files, taps, KVM.
    /// </summary>
    private static readonly string[] s_modules =
    [
        "drivers/virtio/virtio_ring", "drivers/virtio/virtio", "drivers/virtio/virtio_pci_legacy_dev", "drivers/virtio/virtio_pci_modern_dev", "drivers/virtio/virtio_pci",
        "drivers/char/virtio_console", "net/9p/9pnet", "net/9p/9pnet_virtio", "fs/netfs/netfs", "fs/fscache/fscache", "fs/9p/9p", "fs/overlayfs/overlay",
        "drivers/net/tun", "drivers/net/tap", "drivers/vhost/vhost_iotlb", "drivers/vhost/vhost", "drivers/vhost/vhost_net",
        "virt/lib/irqbypass", "drivers/crypto/ccp/ccp", "arch/x86/kvm/kvm", "arch/x86/kvm/kvm-amd",
    ];

    /// <summary>The kernel in a folder, downloaded by apt-get unless it was before; nothing is installed.</summary>
    /// <exception cref="CliException">It cannot be had: no apt-get, no network, or another layout of the package.</exception>
    public static KvmHostKernel Get(string folder)
    {
        if (TryFind(folder) is KvmHostKernel found)
        {
            return found;
        }

        const string Package = "linux-image-amd64";
        (int status, string text) = DebianKernel.Unpack(Package, folder, ["./boot/vmlinuz-*", .. s_modules.Select(module => $"*/{module}.ko")]);
        return status == 0 && TryFind(folder) is KvmHostKernel fresh
            ? fresh
            : throw new CliException($"the kernel of the emulated host cannot be had (Debian's package {Package}): {text}", ExitStatus.Missing);
    }

    private static KvmHostKernel? TryFind(string folder)
    {
        string boot = Path.Combine(folder, "boot"), modules = Path.Combine(folder, "lib", "modules");
        if (!Directory.Exists(boot) || !Directory.Exists(modules))
        {
            return null;
        }

        string? image = Directory.EnumerateFiles(boot, "vmlinuz-*").FirstOrDefault();
        string? tree = Directory.EnumerateDirectories(modules).FirstOrDefault();
        string[] files = tree is null ? [] : [.. s_modules.Select(module => Path.Combine(tree, "kernel", module + ".ko"))];
        return image is not null && files.Length > 0 && files.All(File.Exists) ? new KvmHostKernel(image, files) : null;
    }
}

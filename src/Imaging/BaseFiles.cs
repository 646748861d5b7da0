using System.IO;

namespace Mote.Imaging;

/// <summary>The folders and the few files of /etc that every image has; docs/images.md lists them. Of the host's own only /etc/protocols and /etc/services are copied.</summary>
internal static class BaseFiles
{
    private const string Why = "base: every image has it";

    private static readonly string[] s_folders =
        ["/app", "/dev", "/etc", "/home", "/mnt", "/proc", "/run", "/sys", "/usr/bin", "/usr/lib", "/var/lib", "/var/log"];

    public static void Add(ImageAssembly assembly)
    {
        foreach (string folder in s_folders)
        {
            assembly.Tree.AddDirectory(folder, Why);
        }

        assembly.Tree.AddDirectory("/root", Why, (UnixFileMode)0b111_000_000);
        assembly.Tree.AddDirectory("/tmp", Why, UnixFileMode.StickyBit | (UnixFileMode)0b111_111_111);
        assembly.Tree.AddDirectory("/var/tmp", Why, UnixFileMode.StickyBit | (UnixFileMode)0b111_111_111);

        // passwd(5), group(5), nsswitch.conf(5), hosts(5), hostname(5).
        assembly.AddText("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n", Why);
        assembly.AddText("/etc/group", "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n", Why);
        assembly.AddText("/etc/nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\nprotocols: files\n", Why);
        assembly.AddText("/etc/hosts", "127.0.0.1 localhost mote\n::1 localhost ip6-localhost\n", Why);
        assembly.AddText("/etc/hostname", "mote\n", Why);
        assembly.AddText("/etc/os-release", "NAME=\"Mote\"\nID=mote\nPRETTY_NAME=\"Mote\"\n", Why);

        // Names and numbers that are the same everywhere (protocols(5), services(5)).
        foreach (string file in (string[])["/etc/protocols", "/etc/services"])
        {
            _ = assembly.AddHostPath(file, Why); // null where the host has none
        }

        assembly.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        assembly.Environment["HOME"] = "/root";
    }
}

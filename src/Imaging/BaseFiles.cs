using System.IO;

namespace Mote.Imaging;

/// <summary>The folders and the few files of /etc that every image has; docs/images.md lists them. Of the host's own there are its system users, /etc/protocols and /etc/services.</summary>
internal static class BaseFiles
{
    private const string Why = "base: every image has it";

    private const string UsersWhy = "base: root, nobody and the system users of the host";

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

        string passwd = HostUsers.Passwd(Read(assembly, "/etc/passwd"));
        assembly.AddText("/etc/passwd", passwd, UsersWhy);
        assembly.AddText("/etc/group", HostUsers.Group(Read(assembly, "/etc/group"), passwd), UsersWhy);

        // nsswitch.conf(5), hosts(5), hostname(5).
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

    /// <summary>The text of a file of the host; empty when there is none.</summary>
    internal static string Read(ImageAssembly assembly, string path)
    {
        string? real = assembly.Host.ResolveFile(path);
        return real is null ? "" : File.ReadAllText(real);
    }
}

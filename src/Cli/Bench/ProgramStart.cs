using System.IO;

namespace Mote.Cli.Bench;

/// <summary>A program whose start is compared with a Linux guest: from starting QEMU to the machine's end.</summary>
/// <param name="Name">For people and file names.</param>
/// <param name="Path">A program of the host, or a project in the repository.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Expected">What it prints; empty when it prints nothing.</param>
/// <param name="Parts">It may take one part of so many of Linux's time.</param>
/// <param name="MemoryMebibytes">Memory of both machines: enough for Linux, which holds the files twice while it unpacks them.</param>
internal sealed record ProgramStart(string Name, string Path, string[] Arguments, string Expected, int Parts, int MemoryMebibytes)
{
    public static ProgramStart[] In(string root) =>
    [
        new("NativeAOT hello", Native(root), [], "Hello, World!", 5, 512),
        new("CoreCLR hello", Managed(root), [], "Hello, World!", 3, 1024),
        new("python3 -c pass", "/usr/bin/python3", ["-c", "pass"], "", 3, 512),
        new("node -e 0", "/usr/bin/node", ["-e", "0"], "", 3, 1024),
        new("java -version", "/usr/bin/java", ["-version"], "version", 3, 2048),
    ];

    public static string Native(string root) => System.IO.Path.Combine(root, "samples", "Hello");

    public static string Managed(string root) => System.IO.Path.Combine(root, "bench", "HelloManaged");

    public bool IsInstalled => File.Exists(Path) || Directory.Exists(Path);
}

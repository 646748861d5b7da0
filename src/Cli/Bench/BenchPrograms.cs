using System.IO;

namespace Mote.Cli.Bench;

/// <summary>The programs in bench/, static with musl: the same file runs on Mote and as the init of a Linux guest.</summary>
internal static class BenchPrograms
{
    public static string Build(string root, string name)
    {
        string source = Path.Combine(root, "bench", name + ".c");
        string output = Path.Combine(Folder(root), name);
        if (File.Exists(output) && File.GetLastWriteTimeUtc(output) > File.GetLastWriteTimeUtc(source))
        {
            return output;
        }

        string compiler = Executables.Find("musl-gcc") ?? throw new CliException("musl-gcc is missing: install musl-tools", ExitStatus.Missing);
        (int status, string text) = ChildProcess.Capture(compiler, "-static", "-O2", "-s", "-o", output, source);
        return status == 0 ? output : throw new CliException($"{source} does not compile: {text}");
    }

    /// <summary>Where the measurements keep what they need between runs.</summary>
    public static string Folder(string root) => Directory.CreateDirectory(Path.Combine(root, "artifacts", "bench")).FullName;
}

using System;
using System.IO;

namespace Mote.Cli;

/// <summary>Finds programs of the host.</summary>
internal static class Executables
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The path of a program by its name, searched in PATH and then where Debian puts programs for root; or <c>null</c>.</summary>
    public static string? Find(string name)
    {
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        foreach (string folder in (path + ":/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            string candidate = Path.Combine(folder, name);
            if (IsExecutable(candidate))
            {
                return candidate;
            }
        }

        return null;
    }

    public static bool IsExecutable(string path) => File.Exists(path) && (File.GetUnixFileMode(path) & AnyExecute) != 0;

    /// <summary>QEMU for x86-64: <c>MOTE_QEMU</c>, or that of PATH.</summary>
    public static string Qemu()
    {
        string? chosen = Environment.GetEnvironmentVariable("MOTE_QEMU");
        if (!string.IsNullOrEmpty(chosen))
        {
            return IsExecutable(chosen) ? chosen : throw new CliException($"MOTE_QEMU names {chosen}, which is not an executable file", ExitStatus.Missing);
        }

        return Find("qemu-system-x86_64")
            ?? throw new CliException("QEMU is missing (qemu-system-x86_64 is not in PATH); on Debian: sudo apt-get install -y --no-install-recommends qemu-system-x86", ExitStatus.Missing);
    }
}

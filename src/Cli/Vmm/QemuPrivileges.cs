using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Mote.Cli.Vmm;

/// <summary>
/// What QEMU may do on the host, as options of setpriv(1): it and what it starts gain no privileges by set-user-ID programs
/// (PR_SET_NO_NEW_PRIVS), and of root's capabilities it keeps those that this
/// machine needs. Whoever breaks out of the machine is then a user 0 who may do what any user may with their own files.
/// </summary>
internal static class QemuPrivileges
{
    private const int LowestFreePort = 1024;

    /// <summary>CAP_SETPCAP, which lets a process give its capabilities up for what it starts.</summary>
    private const int SetCapabilities = 8;

    /// <summary>The names, as setpriv(1) has them, of the capabilities that a machine needs.</summary>
    public static IReadOnlyList<string> Needed(MachineOptions machine)
    {
        List<string> names = [];
        if (machine.Network.Choice.Kind == NetworkKind.Tap)
        {
            names.Add("net_admin"); // for a tap that belongs to somebody (tun_not_capable)
        }

        if (machine.Network.Ports.Any(port => port.Host < LowestFreePort && !(port.IsUdp && machine.Network.RelaysDatagrams)))
        {
            names.Add("net_bind_service");
        }

        if (machine.Network.CapturePath is not null)
        {
            names.Add("dac_override"); // the folder of the capture may be another user's
        }
        else if (!IsOpenToRoot(machine.KernelPath) || (machine.RootImagePath is string root && !IsOpenToRoot(root)))
        {
            names.Add("dac_read_search"); // as under sudo(8), with the user's cache
        }

        return names;
    }

    /// <summary>The options; without capabilities where there are none to give up.</summary>
    public static IReadOnlyList<string> Options(IReadOnlyList<string> kept)
    {
        if (!Environment.IsPrivilegedProcess || (Capabilities() & (1UL << SetCapabilities)) == 0)
        {
            return ["--no-new-privs"];
        }

        string set = "-all" + string.Concat(kept.Select(name => ",+" + name));
        return ["--no-new-privs", "--inh-caps", set, "--bounding-set", set];
    }

    /// <summary>
    /// Whether user 0 can read a file without CAP_DAC_READ_SEARCH: the file and all folders above it are open to everybody, or are
    /// root's.
    /// </summary>
    private static bool IsOpenToRoot(string path)
    {
        try
        {
            const UnixFileMode Everybody = UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
            for (string? folder = Path.GetDirectoryName(Path.GetFullPath(path)); folder is not null; folder = Path.GetDirectoryName(folder))
            {
                // .NET does not say whose a file is; root's own private folders cost no more than the capability to read.
                if ((File.GetUnixFileMode(folder) & Everybody & UnixFileMode.OtherExecute) == 0)
                {
                    return false;
                }
            }

            return (File.GetUnixFileMode(path) & UnixFileMode.OtherRead) != 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>CapEff of /proc/self/status (proc(5)).</summary>
    private static ulong Capabilities()
    {
        const string Field = "CapEff:";
        string? line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal));
        return line is not null && ulong.TryParse(line.AsSpan(Field.Length).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong set)
            ? set
            : 0;
    }
}

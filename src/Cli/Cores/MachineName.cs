using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Mote.Cli.Cores;

/// <summary>
/// How running machines are named and found: by the number of their QEMU, as diagnostic tools show it, or of the tool that runs it. Each
/// has a socket in Linux's abstract
/// namespace (unix(7)), which is gone with the tool, however that ends.
/// </summary>
internal static class MachineName
{
    private const string Prefix = "mote-machine-";

    /// <summary>The abstract socket of a machine.</summary>
    public static string SocketOf(int qemu) => string.Create(CultureInfo.InvariantCulture, $"\0{Prefix}{qemu}");

    /// <summary>The numbers of all running machines' QEMUs, of any user.</summary>
    public static IReadOnlyList<int> All()
    {
        List<int> found = [];
        foreach (string line in File.ReadLines("/proc/net/unix"))
        {
            int at = line.LastIndexOf(" @" + Prefix, StringComparison.Ordinal);
            ReadOnlySpan<char> number = at < 0 ? "" : line.AsSpan(at + 2 + Prefix.Length);
            if (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int qemu) && Directory.Exists($"/proc/{qemu}"))
            {
                found.Add(qemu);
            }
        }

        return [.. found.Distinct().Order()];
    }

    /// <summary>The machine of a number: QEMU's, or that of its parent, the tool.</summary>
    /// <exception cref="CliException">There is none; the message has those that are there.</exception>
    public static int Find(string name)
    {
        IReadOnlyList<int> all = All();
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            foreach (int qemu in all)
            {
                if (qemu == number || ParentOf(qemu) == number)
                {
                    return qemu;
                }
            }
        }

        throw new CliException(all.Count == 0
            ? $"there is no machine '{name}': none runs"
            : $"there is no machine '{name}'. There are: {string.Join(", ", all)}");
    }

    /// <summary>Zero for a process that is not there.</summary>
    public static int ParentOf(int process)
    {
        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return 0;
        }
    }
}

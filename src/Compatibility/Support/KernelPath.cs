using System;
using System.Text.RegularExpressions;

namespace Mote.Compatibility;

/// <summary>Paths of the kernel's own file systems as programs spell them, brought to the form of docs/compat/files.md.</summary>
internal static partial class KernelPath
{
    /// <summary>Brings a path to the form of the list: <c>[n]</c> for numbers and printf(3) conversions, <c>/proc/[n]</c> for self and thread-self.</summary>
    public static string Generalize(string path)
    {
        string text = Variable().Replace(path.TrimEnd('/'), "[n]");
        text = Self().Replace(text, "/proc/[n]");
        return text;
    }

    /// <summary>Whether the path leads through a link of a process to some place in the tree, where anything may be.</summary>
    public static bool IsBelowLink(string general) =>
        general.StartsWith("/proc/[n]/root/", StringComparison.Ordinal) || general.StartsWith("/proc/[n]/cwd/", StringComparison.Ordinal) || general.StartsWith("/dev/shm/", StringComparison.Ordinal);

    [GeneratedRegex(@"(?<=/)(?:\d+|%[-0-9.]*(?:l|ll|z|j|h)?[diuxs])(?=/|$)")]
    private static partial Regex Variable();

    [GeneratedRegex("^/proc/(?:self|thread-self)(?=/|$)")]
    private static partial Regex Self();
}

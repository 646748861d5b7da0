using System;
using System.Collections.Generic;
using System.IO;
using Mote.Imaging.Tree;

namespace Mote.Imaging.Linking;

/// <summary>Expands lists of folders such as RPATH and LD_LIBRARY_PATH (ld.so(8), "Dynamic string tokens").</summary>
internal sealed class SearchPath(GuestLayout layout)
{
    // DST_LIB is compiled into the loader: Debian's and its children's says the multiarch folder, others lib64.
    private static readonly string s_lib = Directory.Exists("/usr/lib/x86_64-linux-gnu") ? "lib/x86_64-linux-gnu" : "lib64";

    public GuestLayout Layout { get; } = layout;

    /// <summary>
    /// The file <paramref name="library"/> in each folder of a list. Relative folders mean the working directory and are left out.
    /// </summary>
    public IEnumerable<SearchPlace> Expand(string? list, string separators, string library, LoadedObject? owner, string how)
    {
        foreach (string folder in (list ?? "").Split(separators.ToCharArray(), StringSplitOptions.RemoveEmptyEntries))
        {
            bool byOrigin = folder.Contains("$ORIGIN", StringComparison.Ordinal) || folder.Contains("${ORIGIN}", StringComparison.Ordinal);
            string host = Substitute(folder, owner?.HostFolder);
            if (!host.StartsWith('/'))
            {
                continue;
            }

            string hostPath = Path.GetFullPath(host) is "/" ? "/" + library : Path.GetFullPath(host).TrimEnd('/') + "/" + library;
            string guestPath = byOrigin && owner is not null
                ? GuestPath.Combine(Substitute(folder, owner.GuestFolder), "./" + library)
                : Layout.Map(hostPath);
            yield return new SearchPlace(hostPath, guestPath, how);
        }
    }

    private static string Substitute(string folder, string? origin) => folder
        .Replace("${ORIGIN}", origin, StringComparison.Ordinal)
        .Replace("$ORIGIN", origin, StringComparison.Ordinal)
        .Replace("${LIB}", s_lib, StringComparison.Ordinal)
        .Replace("$LIB", s_lib, StringComparison.Ordinal)
        .Replace("${PLATFORM}", "x86_64", StringComparison.Ordinal)
        .Replace("$PLATFORM", "x86_64", StringComparison.Ordinal);
}

using System;
using System.Collections.Generic;

namespace Mote.Imaging.Linking;

/// <summary>
/// The order of musl's loader (ldso/dynlink.c, load_library): LD_LIBRARY_PATH, then RPATH or RUNPATH up the chain of loaders, then the
/// folders in /etc/ld-musl-x86_64.path or its defaults. The C library's own names all mean the loader itself.
/// </summary>
internal sealed class MuslSearch(SearchPath paths, string? pathFile, string? libraryPath) : ISearchOrder
{
    /// <summary>One folder a line, or separated by colons.</summary>
    public const string PathFile = "/etc/ld-musl-x86_64.path";

    private const string DefaultFolders = "/lib:/usr/local/lib:/usr/lib";

    private static readonly string[] s_builtIn = ["libc.", "libpthread.", "librt.", "libm.", "libdl.", "libutil.", "libxnet."];

    public bool IsBuiltIn(string library) => Array.Exists(s_builtIn, prefix => library.StartsWith(prefix, StringComparison.Ordinal));

    public IEnumerable<SearchPlace> Places(string library, LoadedObject neededBy, LoadedObject program)
    {
        foreach (SearchPlace place in paths.Expand(libraryPath, ":\n", library, program, "LD_LIBRARY_PATH"))
        {
            yield return place;
        }

        for (LoadedObject? at = neededBy; at is not null; at = at.Loader)
        {
            foreach (SearchPlace place in paths.Expand(at.Elf.Runpath ?? at.Elf.Rpath, ":\n", library, at, $"RPATH of {at.Name}"))
            {
                yield return place;
            }
        }

        string how = pathFile is null ? "default folder of musl" : PathFile;
        foreach (SearchPlace place in paths.Expand(pathFile ?? DefaultFolders, ":\n", library, null, how))
        {
            yield return place;
        }
    }
}

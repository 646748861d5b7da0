using System.Collections.Generic;

namespace Mote.Imaging.Linking;

/// <summary>
/// The order of glibc's ld.so (ld.so(8)): RPATH up the chain of loaders, LD_LIBRARY_PATH, RUNPATH, the cache, the default folders.
/// </summary>
internal sealed class GlibcSearch(SearchPath paths, LoaderCache cache, string? libraryPath) : ISearchOrder
{
    private const string DefaultFolders = "/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib64:/usr/lib64:/lib:/usr/lib";

    public bool IsBuiltIn(string library) => library.StartsWith("linux-vdso", System.StringComparison.Ordinal);

    public IEnumerable<SearchPlace> Places(string library, LoadedObject neededBy, LoadedObject program)
    {
        if (neededBy.Elf.Runpath is null)
        {
            bool sawProgram = false;
            for (LoadedObject? at = neededBy; at is not null; at = at.Loader)
            {
                sawProgram |= ReferenceEquals(at, program);
                foreach (SearchPlace place in Rpath(at, library))
                {
                    yield return place;
                }
            }

            if (!sawProgram)
            {
                foreach (SearchPlace place in Rpath(program, library))
                {
                    yield return place;
                }
            }
        }

        foreach (SearchPlace place in paths.Expand(libraryPath, ":;", library, program, "LD_LIBRARY_PATH"))
        {
            yield return place;
        }

        foreach (SearchPlace place in paths.Expand(neededBy.Elf.Runpath, ":", library, neededBy, $"RUNPATH of {neededBy.Name}"))
        {
            yield return place;
        }

        if (neededBy.Elf.NoDefaultLibraries)
        {
            yield break;
        }

        if (cache.Find(library) is { } file)
        {
            yield return new SearchPlace(file, paths.Layout.Map(file), "/etc/ld.so.cache");
        }

        foreach (SearchPlace place in paths.Expand(DefaultFolders, ":", library, null, "default folder"))
        {
            yield return place;
        }
    }

    // An object with a RUNPATH has its RPATH ignored.
    private IEnumerable<SearchPlace> Rpath(LoadedObject owner, string library) =>
        owner.Elf.Runpath is null ? paths.Expand(owner.Elf.Rpath, ":", library, owner, $"RPATH of {owner.Name}") : [];
}

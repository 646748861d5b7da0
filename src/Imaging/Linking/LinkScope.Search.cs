using System.Collections.Generic;
using System.IO;
using System.Text;
using Mote.Imaging.Elf;
using Mote.Imaging.Inputs;

namespace Mote.Imaging.Linking;

/// <summary>The search for one library.</summary>
internal sealed partial class LinkScope
{
    private FoundLibrary? Find(LoadedObject by, string name, string reason, out string? missing)
    {
        missing = null;
        var tried = new List<(SearchPlace Place, string? Skipped)>();
        foreach (SearchPlace place in Places(name, by))
        {
            if (Open(place, out string? skipped) is { } elf)
            {
                return new FoundLibrary(name, place, ObjectAt(place, elf, by), $"needed by {by.Name} ({reason} {name}, found by {place.How})");
            }

            tried.Add((place, skipped));
        }

        missing = Missing(by, name, tried);
        return null;
    }

    // All that the user puts there comes before what the host has: a root has a C library of its own, and no cache yet perhaps that would lead to it.
    private IEnumerable<SearchPlace> Places(string name, LoadedObject by)
    {
        foreach (SearchPlace place in Assembly.Added.Count == 0 ? [] : Candidates(name, by))
        {
            if (Assembly.LocateAdded(place.GuestPath) is { } host)
            {
                yield return place with { HostPath = host, How = place.How + ", from --add" };
            }
        }

        foreach (SearchPlace place in Candidates(name, by))
        {
            yield return place;
        }
    }

    private IEnumerable<SearchPlace> Candidates(string name, LoadedObject by)
    {
        if (!name.Contains('/'))
        {
            return order.Places(name, by, Program);
        }

        // A name with a slash is a path, relative to the working directory or by $ORIGIN.
        int slash = name.LastIndexOf('/');
        return paths.Expand(slash == 0 ? "/" : name[..slash], "\n", name[(slash + 1)..], by, "its path");
    }

    private ElfFile? Open(SearchPlace place, out string? skipped)
    {
        skipped = null;
        if (Assembly.Host.ResolveFile(place.HostPath) is not { } real)
        {
            return null;
        }

        if (!Assembly.Libraries.TryGetValue(real, out (ElfFile? Elf, string? Skipped) read))
        {
            read = Read(real, place.HostPath);
            Assembly.Libraries.Add(real, read);
        }

        skipped = read.Skipped;
        return read.Elf;
    }

    private static (ElfFile? Elf, string? Skipped) Read(string real, string name)
    {
        try
        {
            using FileStream file = HostFiles.Open(real);
            ElfFile elf = ElfReader.Read(file, name, RuntimeLibraries.Triggers);
            return elf.Kind == ElfKind.SharedObject ? (elf, null) : (null, "not a shared library");
        }
        catch (ImageException e)
        {
            // The loader too goes on when a file is for another machine.
            return (null, e.Message);
        }
    }

    private static string Missing(LoadedObject by, string name, List<(SearchPlace Place, string? Skipped)> tried)
    {
        var text = new StringBuilder($"{by.Name} needs the library {name}, and it was not found.");
        text.Append(tried.Count == 0 ? " There was no folder to look in." : " Looked for:");
        foreach ((SearchPlace place, string? skipped) in tried)
        {
            text.Append($"\n  {place.HostPath} ({place.How}{(skipped is null ? "" : "; skipped: " + skipped)})");
        }

        text.Append("\nInstall the package that has it, or name its folder with --env LD_LIBRARY_PATH=FOLDER.");
        return text.ToString();
    }
}

using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Mote.Imaging.Elf;
using Mote.Imaging.Inputs;
using Mote.Imaging.Tree;

namespace Mote.Imaging.Linking;

/// <summary>A program with the libraries that are loaded into it, breadth first as the loader does it.</summary>
internal sealed class LinkScope(ImageAssembly assembly, SearchPath paths, ISearchOrder order, LoadedObject program, Dictionary<string, string> cached)
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<LoadedObject> _objects = [program];

    public ImageAssembly Assembly { get; } = assembly;

    public LoadedObject Program { get; } = program;

    /// <summary>The program and all that was loaded for it, in order.</summary>
    public IReadOnlyList<LoadedObject> Objects => _objects;

    public bool IsLoaded(string name) => _names.Contains(name);

    /// <summary>Says that a library is there under this name, so that it is not searched for.</summary>
    public void MarkLoaded(string name) => _names.Add(name);

    /// <summary>Loads what an object needs and, in turn, what those need.</summary>
    /// <param name="first">The object; it is in the image already.</param>
    /// <param name="extra">Libraries to load before those that it names (LD_PRELOAD).</param>
    /// <exception cref="ImageException">A library is missing.</exception>
    public void Load(LoadedObject first, IReadOnlyList<string> extra)
    {
        var pending = new Queue<(LoadedObject By, string Name, string Reason)>();
        foreach (string name in extra)
        {
            pending.Enqueue((first, name, "LD_PRELOAD"));
        }

        Enqueue(pending, first);
        while (pending.TryDequeue(out (LoadedObject By, string Name, string Reason) need))
        {
            if (order.IsBuiltIn(need.Name) || !_names.Add(need.Name))
            {
                continue;
            }

            LoadedObject found = Find(need.By, need.Name, need.Reason);
            if (found.Elf.Soname is { } soname)
            {
                _names.Add(soname);
            }

            _objects.Add(found);
            Enqueue(pending, found);
        }
    }

    /// <summary>Loads what a module needs that the program opens later (dlopen); a missing library is not an error then. Returns its message or null.</summary>
    public string? LoadModule(string hostReal, string guestPath)
    {
        try
        {
            using FileStream file = HostFiles.Open(hostReal);
            ElfFile elf = ElfReader.Read(file, hostReal, RuntimeLibraries.Triggers);
            Load(new LoadedObject(guestPath, GuestPath.Folder(hostReal), GuestPath.Folder(guestPath), elf, Program), []);
            return null;
        }
        catch (ImageException e)
        {
            return e.Message;
        }
    }

    /// <summary>Loads a library by name when the host has it; true when it is in the image.</summary>
    public bool TryLoad(string library, string why)
    {
        if (IsLoaded(library))
        {
            return true;
        }

        foreach (SearchPlace place in order.Places(library, Program, Program))
        {
            if (Open(place, out _) is { } elf)
            {
                MarkLoaded(library);
                LoadedObject loaded = Add(place, elf, Program, library, why);
                _objects.Add(loaded);
                Load(loaded, []);
                return true;
            }
        }

        return false;
    }

    private static void Enqueue(Queue<(LoadedObject By, string Name, string Reason)> pending, LoadedObject by)
    {
        foreach (string name in by.Elf.Needed)
        {
            pending.Enqueue((by, name, "DT_NEEDED"));
        }
    }

    private LoadedObject Find(LoadedObject by, string name, string reason)
    {
        var tried = new List<(SearchPlace Place, string? Skipped)>();
        foreach (SearchPlace place in Candidates(name, by))
        {
            ElfFile? elf = Open(place, out string? skipped);
            if (elf is not null)
            {
                return Add(place, elf, by, name, $"needed by {by.Name} ({reason} {name}, found by {place.How})");
            }

            tried.Add((place, skipped));
        }

        throw new ImageException(Missing(by, name, tried));
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

        try
        {
            using FileStream file = HostFiles.Open(real);
            ElfFile elf = ElfReader.Read(file, place.HostPath, RuntimeLibraries.Triggers);
            if (elf.Kind == ElfKind.SharedObject)
            {
                return elf;
            }

            skipped = "not a shared library";
        }
        catch (ImageException e)
        {
            // The loader too goes on when a file is for another machine.
            skipped = e.Message;
        }

        return null;
    }

    private LoadedObject Add(SearchPlace place, ElfFile elf, LoadedObject by, string name, string why)
    {
        if (Assembly.Layout.Map(place.HostPath) == place.GuestPath)
        {
            Assembly.AddHostPath(place.HostPath, why);
        }
        else
        {
            Assembly.AddHostFileAt(place.HostPath, place.GuestPath, why);
        }

        if (!name.Contains('/'))
        {
            cached.TryAdd(name, place.GuestPath);
        }

        Assembly.Progress.Detail($"{name} => {place.HostPath}");
        return new LoadedObject(place.GuestPath, GuestPath.Folder(place.HostPath), GuestPath.Folder(place.GuestPath), elf, by);
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

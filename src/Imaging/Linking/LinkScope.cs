using System;
using System.Collections.Generic;
using Mote.Imaging.Elf;
using Mote.Imaging.Tree;

namespace Mote.Imaging.Linking;

/// <summary>
/// A program with the libraries that are loaded into it, breadth first as the loader does it. What an object needs is found first, whole, and put into the image then:
/// an object that lacks a library leaves nothing behind, neither files nor names that a later one would take for loaded.
/// </summary>
internal sealed partial class LinkScope(ImageAssembly assembly, SearchPath paths, ISearchOrder order, LoadedObject program, Dictionary<string, string> cached)
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<LoadedObject> _objects = [program];

    public ImageAssembly Assembly { get; } = assembly;

    public LoadedObject Program { get; } = program;

    /// <summary>The program, all that was loaded for it, and the modules that it opens later, in order.</summary>
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
        var found = new List<FoundLibrary>();
        if (Resolve(first, extra, _modules, found) is { } missing)
        {
            throw new ImageException(missing);
        }

        Add(found);
    }

    /// <summary>Loads a library by name when the host has it; true when it is in the image.</summary>
    public bool TryLoad(string library, string why)
    {
        if (IsLoaded(library))
        {
            return true;
        }

        if (Find(Program, library, why, out _) is not { } found)
        {
            return false;
        }

        Add([found with { Why = why }]);
        Load(found.Object, []);
        return true;
    }

    /// <summary>Finds what an object needs and is not loaded yet. Returns the message about the first library that is missing, or null.</summary>
    /// <param name="first">The object.</param>
    /// <param name="extra">Libraries to load before those that it names.</param>
    /// <param name="promised">Names that the program will have opened by then, so that the loader knows them although it would not find them.</param>
    /// <param name="found">Gets the libraries, in the loader's order.</param>
    private string? Resolve(LoadedObject first, IReadOnlyList<string> extra, IReadOnlySet<string> promised, List<FoundLibrary> found)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Queue<(LoadedObject By, string Name, string Reason)>();
        foreach (string name in extra)
        {
            pending.Enqueue((first, name, "LD_PRELOAD"));
        }

        Enqueue(pending, first);
        while (pending.TryDequeue(out (LoadedObject By, string Name, string Reason) need))
        {
            if (order.IsBuiltIn(need.Name) || _names.Contains(need.Name) || !names.Add(need.Name))
            {
                continue;
            }

            FoundLibrary? library = Find(need.By, need.Name, need.Reason, out string? missing);
            if (library is null)
            {
                if (promised.Contains(need.Name))
                {
                    continue;
                }

                return missing;
            }

            if (library.Object.Elf.Soname is { } soname)
            {
                names.Add(soname);
            }

            found.Add(library);
            Enqueue(pending, library.Object);
        }

        return null;
    }

    private static void Enqueue(Queue<(LoadedObject By, string Name, string Reason)> pending, LoadedObject by)
    {
        foreach (string name in by.Elf.Needed)
        {
            pending.Enqueue((by, name, "DT_NEEDED"));
        }
    }

    private void Add(List<FoundLibrary> found)
    {
        foreach (FoundLibrary library in found)
        {
            SearchPlace place = library.Place;
            if (Assembly.Layout.Map(place.HostPath) == place.GuestPath)
            {
                Assembly.AddHostPath(place.HostPath, library.Why);
            }
            else
            {
                Assembly.AddHostFileAt(place.HostPath, place.GuestPath, library.Why);
            }

            if (!library.Name.Contains('/'))
            {
                cached.TryAdd(library.Name, place.GuestPath);
            }

            Assembly.Progress.Detail($"{library.Name} => {place.HostPath}");
            _names.Add(library.Name);
            _names.Add(library.Object.Elf.Soname ?? library.Name);
            _objects.Add(library.Object);
        }
    }

    private static LoadedObject ObjectAt(SearchPlace place, ElfFile elf, LoadedObject by) =>
        new(place.GuestPath, GuestPath.Folder(place.HostPath), GuestPath.Folder(place.GuestPath), elf, by);
}

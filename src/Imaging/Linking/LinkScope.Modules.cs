using System;
using System.Collections.Generic;
using System.IO;
using Mote.Imaging.Elf;
using Mote.Imaging.Inputs;
using Mote.Imaging.Tree;

namespace Mote.Imaging.Linking;

/// <summary>
/// Modules: shared objects that the program opens later by their path (dlopen(3)). The loader knows each by its SONAME from then on, so that another module which names it is served although
/// no search would find it: Java's libextnet names libjvm.so, which lies in a folder of its own. In which order a runtime opens its modules is its own business, so those that come together count as
/// opened for each other.
/// </summary>
internal sealed partial class LinkScope
{
    private readonly HashSet<string> _modules = new(StringComparer.Ordinal);

    /// <summary>Loads what a module needs; a missing library is not an error then. Returns its message or null.</summary>
    public string? LoadModule(string hostReal, string guestPath) => LoadModules([(hostReal, guestPath)]).GetValueOrDefault(guestPath);

    /// <summary>Loads what modules need. Returns those that lack a library, by their guest paths, with the message; nothing is loaded for those.</summary>
    public IReadOnlyDictionary<string, string> LoadModules(IReadOnlyList<(string HostReal, string GuestPath)> modules)
    {
        var failed = new Dictionary<string, string>(StringComparer.Ordinal);
        var open = new List<LoadedObject>();
        foreach ((string hostReal, string guestPath) in modules)
        {
            try
            {
                using FileStream file = HostFiles.Open(hostReal);
                ElfFile elf = ElfReader.Read(file, hostReal, RuntimeLibraries.Triggers);
                open.Add(new LoadedObject(guestPath, GuestPath.Folder(hostReal), GuestPath.Folder(guestPath), elf, Program));
            }
            catch (ImageException e)
            {
                failed[guestPath] = e.Message;
            }
        }

        // A module that fails takes those with it that count on it.
        int count;
        do
        {
            count = open.Count;
            HashSet<string> promised = Promised(open);
            foreach (LoadedObject module in open)
            {
                if (Resolve(module, [], promised, []) is { } missing)
                {
                    failed[module.Name] = missing;
                }
            }

            open.RemoveAll(module => failed.ContainsKey(module.Name));
        }
        while (open.Count < count);

        _modules.UnionWith(Promised(open));
        foreach (LoadedObject module in open)
        {
            _objects.Add(module);
            Load(module, []);
        }

        RuntimeLibraries.Add(this);
        return failed;
    }

    private HashSet<string> Promised(List<LoadedObject> open)
    {
        var names = new HashSet<string>(_modules, StringComparer.Ordinal);
        foreach (LoadedObject module in open)
        {
            if (module.Elf.Soname is { } soname)
            {
                names.Add(soname);
            }
        }

        return names;
    }
}

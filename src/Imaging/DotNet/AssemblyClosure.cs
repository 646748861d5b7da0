using System;
using System.Collections.Generic;

namespace Mote.Imaging.DotNet;

/// <summary>
/// The assemblies of a framework that a program can reach: those with a type that it refers to, or that a string or attribute of it names, and in turn what those
/// reach. A facade such as netstandard.dll is followed for the types that are asked of it only.
/// </summary>
/// <param name="find">The host path of an assembly by its name, or null when there is none.</param>
internal sealed class AssemblyClosure(Func<string, string?> find)
{
    // What one assembly names for the sake of one type that few programs use, and that leads to much: DefaultValueAttribute turns text into a value with it.
    private const string RareSource = "System.Private.CoreLib";
    private const string RareName = "System.ComponentModel.TypeConverter";
    private const string RareType = "System.ComponentModel.DefaultValueAttribute";

    private readonly Dictionary<string, AssemblyMetadata?> _read = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<(string Assembly, string Type)> _asked = [];
    private readonly Queue<(string Name, string Path)> _pending = new();

    /// <summary>The assemblies that were reached: name and why.</summary>
    public SortedDictionary<string, string> Reached { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Names of native libraries that reached assemblies call, as they name them.</summary>
    public HashSet<string> NativeLibraries { get; } = new(StringComparer.Ordinal);

    /// <summary>Follows an assembly that is in the image anyway.</summary>
    /// <returns>Its metadata, or null when the file is no assembly.</returns>
    public AssemblyMetadata? AddRoot(string name, string path)
    {
        AssemblyMetadata? metadata = AssemblyMetadata.Read(path);
        _read[name] = metadata;
        if (metadata is not null)
        {
            Follow(name, metadata);
            foreach ((string assembly, string type) in metadata.Types)
            {
                if (type == RareType)
                {
                    Reach(RareName, $"named in a string of {RareSource} for {RareType}, which {name} uses");
                }
            }

            Drain();
        }

        return metadata;
    }

    /// <summary>Adds an assembly that nothing refers to.</summary>
    public void Add(string name, string why)
    {
        Reach(name, why);
        Drain();
    }

    private void Drain()
    {
        while (_pending.TryDequeue(out (string Name, string Path) next))
        {
            if (_read[next.Name] is { } metadata)
            {
                Follow(next.Name, metadata);
            }
        }
    }

    private void Follow(string name, AssemblyMetadata metadata)
    {
        NativeLibraries.UnionWith(metadata.NativeLibraries);
        foreach ((string assembly, string type) in metadata.Types)
        {
            Ask(assembly, type, $"referred to by {name}");
        }

        foreach ((string part, string before) in metadata.Texts)
        {
            // The framework names types when it means to load something; its lists of bare assembly names serve other ends.
            bool isMeant = before.Length > 0 || !Reached.ContainsKey(name);
            if (isMeant && part != name && (part, name) != (RareName, RareSource) && find(part) is not null)
            {
                Ask(part, before, $"named in a string of {name}");
            }
        }
    }

    private void Ask(string assembly, string type, string why)
    {
        while (_asked.Add((assembly, type)))
        {
            AssemblyMetadata? metadata = Reach(assembly, why);
            if (metadata is null || !metadata.Forwards.TryGetValue(type, out string? next))
            {
                return;
            }

            (assembly, why) = (next, $"referred to by {assembly}");
        }
    }

    private AssemblyMetadata? Reach(string name, string why)
    {
        if (_read.TryGetValue(name, out AssemblyMetadata? known))
        {
            return known;
        }

        string? path = find(name);
        AssemblyMetadata? metadata = path is null ? null : AssemblyMetadata.Read(path);
        _read.Add(name, metadata);
        if (path is not null)
        {
            Reached.Add(name, why);
            _pending.Enqueue((name, path));
        }

        return metadata;
    }
}

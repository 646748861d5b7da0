using System.Collections.Generic;

namespace Mote.Imaging.Linking;

/// <summary>A static program has no loader, and nothing is searched for.</summary>
internal sealed class StaticSearch : ISearchOrder
{
    public static StaticSearch Instance { get; } = new();

    public bool IsBuiltIn(string library) => true;

    public IEnumerable<SearchPlace> Places(string library, LoadedObject neededBy, LoadedObject program) => [];
}

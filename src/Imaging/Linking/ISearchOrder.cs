using System.Collections.Generic;

namespace Mote.Imaging.Linking;

/// <summary>Where one kind of dynamic loader looks for a library, in its order.</summary>
internal interface ISearchOrder
{
    /// <summary>Libraries that are part of the loader itself and never searched for.</summary>
    bool IsBuiltIn(string library);

    /// <summary>The files to try for a name without a slash that an object needs.</summary>
    IEnumerable<SearchPlace> Places(string library, LoadedObject neededBy, LoadedObject program);
}

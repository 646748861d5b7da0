namespace Mote.Imaging.Linking;

/// <summary>A library that the loader would take for a name.</summary>
/// <param name="Name">The name that was asked for.</param>
/// <param name="Place">Where it lies.</param>
/// <param name="Object">What it is in memory.</param>
/// <param name="Why">Why it is in the image.</param>
internal sealed record FoundLibrary(string Name, SearchPlace Place, LoadedObject Object, string Why);

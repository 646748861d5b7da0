using System.Collections.Generic;

namespace Mote.Imaging;

/// <summary>Files of an image that are there for the same kind of reason.</summary>
/// <param name="Title">Such as "program", "libraries", "rule python: standard library".</param>
/// <param name="SizeBytes">Sum of the files' lengths.</param>
/// <param name="Files">Largest first.</param>
public sealed record ReportGroup(string Title, long SizeBytes, IReadOnlyList<ManifestEntry> Files);

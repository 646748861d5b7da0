using System;

namespace Mote.Imaging;

/// <summary>A folder of the cache: an image, or what a project was published to.</summary>
/// <param name="Folder">Its path.</param>
/// <param name="Bytes">What its files take.</param>
/// <param name="UsedUtc">When it was last built or opened.</param>
public sealed record CacheEntry(string Folder, long Bytes, DateTime UsedUtc);

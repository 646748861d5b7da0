using System;

namespace Mote.Kernel.Vfs;

/// <summary>The hash of a file name: FNV-1a (draft-eastlake-fnv). Names are short, and there is no adversary worth a keyed hash inside one's own machine.</summary>
internal static class NameHash
{
    private const uint Basis = 2166136261, Prime = 16777619;

    public static uint Of(ReadOnlySpan<byte> name)
    {
        uint hash = Basis;
        foreach (byte b in name)
        {
            hash = unchecked((hash ^ b) * Prime);
        }

        return Finish(hash);
    }

    /// <summary>The length of a path's first component, and its hash, in one pass.</summary>
    public static int OfFirst(ReadOnlySpan<byte> path, out uint hash)
    {
        uint running = Basis;
        int length = 0;
        while (length < path.Length && path[length] != '/')
        {
            running = unchecked((running ^ path[length]) * Prime);
            length++;
        }

        hash = Finish(running);
        return length;
    }

    private static uint Finish(uint hash) => hash ^ (hash >> 15);
}

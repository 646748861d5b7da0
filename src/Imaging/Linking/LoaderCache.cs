using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;

namespace Mote.Imaging.Linking;

/// <summary>
/// The host's /etc/ld.so.cache: which file a library's name stands for (ldconfig(8)). Layout: glibc sysdeps/generic/dl-cache.h, the format
/// "glibc-ld.so.cache1.1", alone or behind the older "ld.so-1.7.0" table. Entries for certain CPUs only (hwcaps) are left out: a plain one
/// stands beside each.
/// </summary>
internal sealed class LoaderCache
{
    internal const int HeaderSize = 48;
    internal const int EntrySize = 24;

    /// <summary>An ELF library for libc6, x86-64.</summary>
    internal const int FlagsX64 = 0x0303;

    private const int OldHeaderSize = 16;
    private const int OldEntrySize = 12;

    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);

    internal static ReadOnlySpan<byte> Magic => "glibc-ld.so.cache1.1"u8;

    private static ReadOnlySpan<byte> OldMagic => "ld.so-1.7.0"u8;

    public int Count => _files.Count;

    /// <summary>The file for a library's name, or null.</summary>
    public string? Find(string name) => _files.GetValueOrDefault(name);

    /// <summary>Reads a cache; one that is damaged or of another format counts as empty, as it does for the loader.</summary>
    public static LoaderCache Parse(ReadOnlySpan<byte> bytes)
    {
        var cache = new LoaderCache();
        if (bytes.StartsWith(OldMagic) && bytes.Length >= OldHeaderSize)
        {
            // The new table follows the old one at the next multiple of eight, and counts its strings from there.
            long skip = OldHeaderSize + ((long)BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]) * OldEntrySize);
            skip = (skip + 7) & ~7L;
            bytes = skip <= bytes.Length ? bytes[(int)skip..] : [];
        }

        if (bytes.Length < HeaderSize || !bytes.StartsWith(Magic))
        {
            return cache;
        }

        long count = BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]);
        for (long i = 0; i < count && HeaderSize + ((i + 1) * EntrySize) <= bytes.Length; i++)
        {
            ReadOnlySpan<byte> entry = bytes.Slice((int)(HeaderSize + (i * EntrySize)), EntrySize);
            bool plain = BinaryPrimitives.ReadInt32LittleEndian(entry) == FlagsX64 && BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]) == 0;
            if (plain
                && Text(bytes, BinaryPrimitives.ReadUInt32LittleEndian(entry[4..])) is { Length: > 0 } name
                && Text(bytes, BinaryPrimitives.ReadUInt32LittleEndian(entry[8..])) is { } file
                && file.StartsWith('/'))
            {
                cache._files.TryAdd(name, file);
            }
        }

        return cache;
    }

    private static string? Text(ReadOnlySpan<byte> bytes, uint at)
    {
        if (at >= bytes.Length)
        {
            return null;
        }

        ReadOnlySpan<byte> rest = bytes[(int)at..];
        int end = rest.IndexOf((byte)0);
        return end < 0 ? null : Encoding.UTF8.GetString(rest[..end]);
    }
}

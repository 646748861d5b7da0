using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace Mote.Imaging.Linking;

/// <summary>
/// Writes an /etc/ld.so.cache (see <see cref="LoaderCache"/>) that knows just the image's libraries, so that the loader finds each with one
/// look.
/// </summary>
internal static class LoaderCacheWriter
{
    // cache_file_new_flags_endian_little
    private const byte LittleEndian = 2;

    /// <summary>The file for a set of library names and their paths.</summary>
    public static byte[] Write(IReadOnlyDictionary<string, string> libraries)
    {
        var names = new List<string>(libraries.Keys);
        names.Sort((left, right) => Compare(Bytes(right), Bytes(left)));

        var strings = new MemoryStream();
        int stringsAt = LoaderCache.HeaderSize + (names.Count * LoaderCache.EntrySize);
        byte[] head = new byte[stringsAt];
        for (int i = 0; i < names.Count; i++)
        {
            Span<byte> entry = head.AsSpan(LoaderCache.HeaderSize + (i * LoaderCache.EntrySize), LoaderCache.EntrySize);
            BinaryPrimitives.WriteInt32LittleEndian(entry, LoaderCache.FlagsX64);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], (uint)(stringsAt + strings.Length));
            strings.Write(Bytes(names[i]));
            BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], (uint)(stringsAt + strings.Length));
            strings.Write(Bytes(libraries[names[i]]));
        }

        LoaderCache.Magic.CopyTo(head);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(20), (uint)names.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(24), (uint)strings.Length);
        head[28] = LittleEndian;
        return [.. head, .. strings.ToArray()];
    }

    /// <summary>
    /// The order that the loader's binary search expects, which runs from the greatest down: byte by byte, but runs of digits as numbers,
    /// and a digit is greater than anything else (_dl_cache_libcmp in glibc's elf/dl-cache.c). Both names end with a NUL.
    /// </summary>
    internal static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int i = 0;
        int j = 0;
        while (left[i] != 0)
        {
            bool leftDigit = char.IsAsciiDigit((char)left[i]);
            if (leftDigit != char.IsAsciiDigit((char)right[j]))
            {
                return leftDigit ? 1 : -1;
            }

            if (leftDigit)
            {
                int difference = unchecked(Number(left, ref i) - Number(right, ref j));
                if (difference != 0)
                {
                    return difference;
                }
            }
            else if (left[i] != right[j])
            {
                return (sbyte)left[i] - (sbyte)right[j];
            }
            else
            {
                i++;
                j++;
            }
        }

        return (sbyte)left[i] - (sbyte)right[j];
    }

    private static int Number(ReadOnlySpan<byte> text, ref int at)
    {
        int value = 0;
        while (char.IsAsciiDigit((char)text[at]))
        {
            value = unchecked((value * 10) + text[at++] - '0');
        }

        return value;
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text + "\0");
}

using System;
using System.Buffers.Binary;
using System.IO;

namespace Mote.Cli.Symbols;

/// <summary>Reads sections of ELF-64 files by name.</summary>
internal static class ElfSections
{
    private const int SectionHeaderBytes = 64;

    /// <summary>A section's contents; <c>null</c> when the file has no such section or is no sound ELF file.</summary>
    public static byte[]? Read(string path, string name)
    {
        byte[] file = File.ReadAllBytes(path);
        try
        {
            return file.AsSpan().StartsWith("\u007fELF\u0002\u0001"u8) ? Find(file, name) : null;
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException)
        {
            return null;
        }
    }

    private static byte[]? Find(ReadOnlySpan<byte> file, string name)
    {
        int headers = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file[40..]));
        int count = BinaryPrimitives.ReadUInt16LittleEndian(file[60..]);
        int namesIndex = BinaryPrimitives.ReadUInt16LittleEndian(file[62..]);
        ReadOnlySpan<byte> names = Contents(file, headers, namesIndex);
        for (int i = 0; i < count; i++)
        {
            int nameOffset = checked((int)BinaryPrimitives.ReadUInt32LittleEndian(file[(headers + (i * SectionHeaderBytes))..]));
            ReadOnlySpan<byte> own = names[nameOffset..];
            if (own[..own.IndexOf((byte)0)].SequenceEqual(System.Text.Encoding.UTF8.GetBytes(name)))
            {
                return Contents(file, headers, i).ToArray();
            }
        }

        return null;
    }

    private static ReadOnlySpan<byte> Contents(ReadOnlySpan<byte> file, int headers, int index)
    {
        ReadOnlySpan<byte> header = file[(headers + (index * SectionHeaderBytes))..];
        int offset = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(header[24..]));
        int size = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(header[32..]));
        return file.Slice(offset, size);
    }
}

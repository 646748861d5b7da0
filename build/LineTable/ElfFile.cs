using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace Mote.LineTable;

/// <summary>The sections and symbols of a 64-bit little-endian ELF file (System V ABI, chapters 4 and 5).</summary>
internal sealed class ElfFile
{
    private const int SectionHeaderBytes = 64;
    private const int SymbolBytes = 24;
    private const uint NoBits = 8;

    private readonly byte[] _file;
    private readonly List<(string Name, uint Type, ulong Address, ulong Offset, ulong Size)> _sections = [];

    public ElfFile(byte[] file)
    {
        _file = file;
        if (file.Length < 64 || !file.AsSpan(0, 6).SequenceEqual("\u007fELF\u0002\u0001"u8))
        {
            throw new InvalidDataException("not a 64-bit ELF file");
        }

        ulong headers = U64(0x28);
        int count = U16(0x3c);
        int names = U16(0x3e);
        ulong nameTable = U64((int)headers + (names * SectionHeaderBytes) + 0x18);
        for (int i = 0; i < count; i++)
        {
            int header = (int)headers + (i * SectionHeaderBytes);
            _sections.Add((Text((int)nameTable + (int)U32(header)), U32(header + 4), U64(header + 0x10), U64(header + 0x18), U64(header + 0x20)));
        }
    }

    public ReadOnlyMemory<byte> Section(string name)
    {
        foreach ((string candidate, uint type, _, ulong offset, ulong size) in _sections)
        {
            if (candidate == name && type != NoBits)
            {
                return _file.AsMemory((int)offset, (int)size);
            }
        }

        throw new InvalidDataException($"no section {name}");
    }

    /// <summary>The bytes of a function, to be read or replaced in the file.</summary>
    public Memory<byte> Code(ulong address, ulong size)
    {
        foreach ((_, uint type, ulong start, ulong offset, ulong length) in _sections)
        {
            if (start != 0 && type != NoBits && address >= start && address + size <= start + length)
            {
                return _file.AsMemory((int)(offset + address - start), (int)size);
            }
        }

        throw new InvalidDataException($"no section holds {size} bytes at {address:x}");
    }

    public IEnumerable<ElfSymbol> Symbols()
    {
        ReadOnlyMemory<byte> table = Section(".symtab");
        ReadOnlyMemory<byte> names = Section(".strtab");
        for (int i = 0; i + SymbolBytes <= table.Length; i += SymbolBytes)
        {
            ReadOnlySpan<byte> entry = table.Span.Slice(i, SymbolBytes);
            ReadOnlySpan<byte> name = names.Span[(int)BinaryPrimitives.ReadUInt32LittleEndian(entry)..];
            yield return new ElfSymbol(
                Encoding.UTF8.GetString(name[..name.IndexOf((byte)0)]),
                BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]),
                BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]),
                (entry[4] & 15) == 2,
                BinaryPrimitives.ReadUInt16LittleEndian(entry[6..]) != 0);
        }
    }

    /// <summary>Reads a word of the loaded image; 0 outside.</summary>
    public ulong ReadWord(ulong address)
    {
        foreach ((_, uint type, ulong start, ulong offset, ulong size) in _sections)
        {
            if (start != 0 && type != NoBits && address >= start && address + 8 <= start + size)
            {
                return U64((int)(offset + address - start));
            }
        }

        return 0;
    }

    private ushort U16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(_file.AsSpan(offset));

    private uint U32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_file.AsSpan(offset));

    private ulong U64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(_file.AsSpan(offset));

    private string Text(int offset) => Encoding.UTF8.GetString(_file, offset, Array.IndexOf(_file, (byte)0, offset) - offset);
}

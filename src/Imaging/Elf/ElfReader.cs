using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace Mote.Imaging.Elf;

/// <summary>
/// Reads ELF64 files (elf(5), System V gABI) with every offset checked against the file. A file that is not what it should be ends in an
/// <see cref="ImageException"/> that names the file and the cause.
/// </summary>
internal sealed class ElfReader
{
    private const int HeaderSize = 64;
    private const int ProgramHeaderSize = 56;
    private const int MaxStringBytes = 4096;
    private const long MaxDynamicBytes = 1 << 20;
    private const long MaxStringTableBytes = 64 << 20;

    private const long TagNeeded = 1;
    private const long TagStringTable = 5;
    private const long TagStringTableSize = 10;
    private const long TagSoname = 14;
    private const long TagRpath = 15;
    private const long TagRunpath = 29;
    private const long TagFlags1 = 0x6ffffffb;
    private const ulong Flag1NoDefaultLibraries = 0x800;
    private const ulong Flag1Pie = 0x08000000;

    private readonly Stream _file;
    private readonly string _path;

    private ElfReader(Stream file, string path)
    {
        _file = file;
        _path = path;
    }

    /// <summary>Reads an x86-64 file. <paramref name="path"/> is for messages; <paramref name="names"/> are strings to look for in the dynamic string table.</summary>
    /// <exception cref="ImageException">Not an ELF file, for another machine, truncated or damaged.</exception>
    public static ElfFile Read(Stream file, string path, IReadOnlyCollection<string>? names = null) =>
        new ElfReader(file, path).ReadFile(names ?? []);

    /// <summary>True when the stream begins with the ELF magic; the position is left anywhere.</summary>
    public static bool IsElf(Stream file)
    {
        Span<byte> magic = stackalloc byte[4];
        file.Position = 0;
        return file.ReadAtLeast(magic, 4, throwOnEndOfStream: false) == 4 && magic.SequenceEqual("\u007fELF"u8);
    }

    private ElfFile ReadFile(IReadOnlyCollection<string> names)
    {
        if (!IsElf(_file))
        {
            throw new ImageException(ElfComplaints.NotElf(_path, _file));
        }

        if (_file.Length < 20)
        {
            throw Truncated("the ELF header");
        }

        // The identification and e_machine lie at the same place in 32-bit and 64-bit files.
        byte[] identification = ReadBytes(0, 20, "the ELF header");
        bool is64Bit = identification[4] == 2;
        bool isLittleEndian = identification[5] == 1;
        ushort machine = isLittleEndian
            ? BinaryPrimitives.ReadUInt16LittleEndian(identification.AsSpan(18))
            : BinaryPrimitives.ReadUInt16BigEndian(identification.AsSpan(18));
        if (!is64Bit || !isLittleEndian || machine != ElfMachines.X64)
        {
            throw new ImageException(ElfComplaints.OtherMachine(_path, machine, is64Bit, isLittleEndian));
        }

        byte[] header = ReadBytes(0, HeaderSize, "the ELF header");
        var kind = (ElfKind)BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(16));
        List<ElfSegment> segments = ReadSegments(header);
        var elf = new ElfFile
        {
            Kind = kind,
            Entry = BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(24)),
            Segments = segments,
            Interpreter = ReadInterpreter(segments),
        };
        return ReadDynamic(elf, names);
    }

    private List<ElfSegment> ReadSegments(byte[] header)
    {
        ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(32));
        int entrySize = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(54));
        int count = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(56));
        var segments = new List<ElfSegment>(count);
        if (count == 0)
        {
            return segments;
        }

        if (entrySize != ProgramHeaderSize)
        {
            throw Damaged($"its program headers have {entrySize} bytes each instead of {ProgramHeaderSize}");
        }

        byte[] table = ReadBytes(offset, (ulong)count * ProgramHeaderSize, "the program headers");
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = table.AsSpan(i * ProgramHeaderSize, ProgramHeaderSize);
            var segment = new ElfSegment(
                BinaryPrimitives.ReadUInt32LittleEndian(entry),
                BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]),
                BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]),
                BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]),
                BinaryPrimitives.ReadUInt64LittleEndian(entry[32..]),
                BinaryPrimitives.ReadUInt64LittleEndian(entry[40..]));
            if (segment.Type is ElfSegment.TypeLoad or ElfSegment.TypeDynamic or ElfSegment.TypeInterp)
            {
                CheckRange(segment.Offset, segment.FileSize, $"segment {i}");
            }

            segments.Add(segment);
        }

        return segments;
    }

    private string? ReadInterpreter(List<ElfSegment> segments)
    {
        foreach (ElfSegment segment in segments)
        {
            if (segment.Type != ElfSegment.TypeInterp)
            {
                continue;
            }

            string interpreter = segment.FileSize is > 1 and <= MaxStringBytes ? ReadString(segment.Offset, segment.FileSize) : "";
            return interpreter.StartsWith('/') ? interpreter : throw Damaged("the path of its interpreter (PT_INTERP) is not an absolute path");
        }

        return null;
    }

    private ElfFile ReadDynamic(ElfFile elf, IReadOnlyCollection<string> names)
    {
        ElfSegment dynamic = default;
        foreach (ElfSegment segment in elf.Segments)
        {
            dynamic = segment.Type == ElfSegment.TypeDynamic ? segment : dynamic;
        }

        if (dynamic.FileSize == 0)
        {
            return elf;
        }

        if (dynamic.FileSize > MaxDynamicBytes)
        {
            throw Damaged($"its dynamic section has {dynamic.FileSize} bytes");
        }

        byte[] table = ReadBytes(dynamic.Offset, dynamic.FileSize, "the dynamic section");
        var entries = new List<(long Tag, ulong Value)>();
        for (int at = 0; at + 16 <= table.Length; at += 16)
        {
            long tag = BinaryPrimitives.ReadInt64LittleEndian(table.AsSpan(at));
            if (tag == 0)
            {
                break;
            }

            entries.Add((tag, BinaryPrimitives.ReadUInt64LittleEndian(table.AsSpan(at + 8))));
        }

        ulong flags = Last(entries, TagFlags1) ?? 0;
        elf = elf with
        {
            HasDynamicSection = true,
            IsMarkedPie = (flags & Flag1Pie) != 0,
            NoDefaultLibraries = (flags & Flag1NoDefaultLibraries) != 0,
        };
        return Last(entries, TagStringTable) is ulong address ? ReadStrings(elf, entries, address, names) : elf;
    }

    private ElfFile ReadStrings(ElfFile elf, List<(long Tag, ulong Value)> entries, ulong address, IReadOnlyCollection<string> names)
    {
        (ulong offset, ulong available) = FileRange(elf, address);
        ulong size = Last(entries, TagStringTableSize) ?? available;
        if (size > available || size > MaxStringTableBytes)
        {
            throw Damaged("its dynamic string table lies outside its segments");
        }

        string At(ulong index) => index < size
            ? ReadString(offset + index, Math.Min(size - index, MaxStringBytes))
            : throw Damaged("a dynamic entry points outside the string table");
        string? Text(long tag) => Last(entries, tag) is ulong index ? At(index) : null;

        var needed = new List<string>();
        foreach ((long tag, ulong value) in entries)
        {
            if (tag == TagNeeded && At(value) is { Length: > 0 } name)
            {
                needed.Add(name);
            }
        }

        return elf with
        {
            Needed = needed,
            Soname = Text(TagSoname),
            Rpath = Text(TagRpath),
            Runpath = Text(TagRunpath),
            MentionedNames = FindNames(offset, size, names),
        };
    }

    private HashSet<string> FindNames(ulong offset, ulong size, IReadOnlyCollection<string> names)
    {
        var found = new HashSet<string>();
        if (names.Count == 0)
        {
            return found;
        }

        byte[] table = ReadBytes(offset, size, "the dynamic string table");
        foreach (string name in names)
        {
            // Whole strings only: the table is NUL-separated, and begins with NUL.
            if (table.AsSpan().IndexOf(Encoding.UTF8.GetBytes("\0" + name + "\0")) >= 0)
            {
                found.Add(name);
            }
        }

        return found;
    }

    private (ulong Offset, ulong Available) FileRange(ElfFile elf, ulong address)
    {
        foreach (ElfSegment segment in elf.Segments)
        {
            if (segment.Type == ElfSegment.TypeLoad && address >= segment.VirtualAddress && address - segment.VirtualAddress < segment.FileSize)
            {
                ulong inside = address - segment.VirtualAddress;
                return (segment.Offset + inside, segment.FileSize - inside);
            }
        }

        throw Damaged("its dynamic string table lies outside its segments");
    }

    private static ulong? Last(List<(long Tag, ulong Value)> entries, long tag)
    {
        ulong? value = null;
        foreach ((long candidate, ulong candidateValue) in entries)
        {
            value = candidate == tag ? candidateValue : value;
        }

        return value;
    }

    private string ReadString(ulong offset, ulong maxBytes)
    {
        byte[] bytes = ReadBytes(offset, maxBytes, "a string");
        int end = bytes.AsSpan().IndexOf((byte)0);
        return Encoding.UTF8.GetString(bytes, 0, end < 0 ? bytes.Length : end);
    }

    private byte[] ReadBytes(ulong offset, ulong size, string what)
    {
        CheckRange(offset, size, what);
        byte[] bytes = new byte[size];
        _file.Position = (long)offset;
        _file.ReadExactly(bytes);
        return bytes;
    }

    private void CheckRange(ulong offset, ulong size, string what)
    {
        ulong length = (ulong)_file.Length;
        if (offset > length || size > length - offset)
        {
            throw Truncated(what);
        }
    }

    private ImageException Truncated(string what) =>
        new($"{_path} is truncated: {what} should reach beyond the file's {_file.Length} bytes. Copy or build it again.");

    private ImageException Damaged(string cause) => new($"{_path} is a damaged ELF file: {cause}. Copy or build it again.");
}

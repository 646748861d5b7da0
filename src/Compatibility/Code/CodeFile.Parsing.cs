using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace Mote.Compatibility.Code;

// Out of the file's tables: elf(5), the System V gABI and its x86-64 supplement; LSB 5.0 for .eh_frame_hdr.
internal sealed partial class CodeFile
{
    private const int SegmentLoad = 1;
    private const int SegmentInterpreter = 3;
    private const uint SegmentUnwindTable = 0x6474_e550;
    private const uint SegmentProperties = 0x6474_e553;
    private const uint SectionSymbols = 2;
    private const uint SectionRelocations = 4;
    private const uint SectionDynamic = 6;
    private const uint SectionDynamicSymbols = 11;
    private const uint SectionInitializers = 14;
    private const uint SectionFinalizers = 15;
    private const uint SectionPreinitializers = 16;
    private const uint SectionRelative = 19;

    private void Parse()
    {
        bool isFixed = ElfBytes.Word16(_file, 16) == 2;
        ulong entry = ElfBytes.Word64(_file, 24);
        SortedSet<ulong> functions = [];
        ReadSegments(functions);
        ReadSections(functions);
        if (entry != 0 && IsCode(entry))
        {
            _roots.Add(entry);
            functions.Add(entry);
        }

        functions.RemoveWhere(address => !IsCode(address));
        _functions = [.. functions];
        if (isFixed)
        {
            FindPointers();
        }

        foreach (ulong address in _slots.Keys)
        {
            _slotOrder.Add(address);
        }

        _objects.Sort((left, right) => left.Address.CompareTo(right.Address));
        Soname = Soname.Length == 0 ? Name : Soname;
    }

    private void ReadSegments(SortedSet<ulong> functions)
    {
        ulong table = ElfBytes.Word64(_file, 32);
        int count = ElfBytes.Word16(_file, 56);
        List<(ulong Address, ulong Offset, ulong Length)> unwind = [];
        for (int i = 0; i < count; i++)
        {
            ulong header = table + ((ulong)i * 56);
            uint type = ElfBytes.Word32(_file, header);
            uint flags = ElfBytes.Word32(_file, header + 4);
            ulong offset = ElfBytes.Word64(_file, header + 8);
            ulong address = ElfBytes.Word64(_file, header + 16);
            ulong length = ElfBytes.Word64(_file, header + 32);
            switch (type)
            {
                case SegmentLoad when length > 0:
                    _ = ElfBytes.Slice(_file, offset, length);
                    _segments.Add(new ElfSegmentData(address, _file.AsMemory((int)offset, (int)length), (flags & 1) != 0));
                    break;
                case SegmentInterpreter when length > 1:
                    Interpreter = ElfBytes.String(_file, offset);
                    break;
                case SegmentUnwindTable:
                    unwind.Add((address, offset, length));
                    break;
                case SegmentProperties:
                    ReadProperties(ElfBytes.Slice(_file, offset, length));
                    break;
            }
        }

        foreach ((ulong address, ulong offset, ulong length) in unwind)
        {
            ReadUnwindTable(address, ElfBytes.Slice(_file, offset, length), functions);
        }
    }

    // The binary search table of .eh_frame_hdr: pairs of 32-bit offsets from the header, the first of which is a function's start.
    private static void ReadUnwindTable(ulong address, ReadOnlySpan<byte> table, SortedSet<ulong> functions)
    {
        const byte Absolute32 = 0x03, Relative32 = 0x3b;
        if (table.Length < 12 || table[0] != 1 || table[2] != Absolute32 || table[3] != Relative32)
        {
            return;
        }

        uint count = BinaryPrimitives.ReadUInt32LittleEndian(table[8..]);
        table = table[12..];
        for (uint i = 0; i < count && table.Length >= 8; i++, table = table[8..])
        {
            functions.Add(unchecked(address + (ulong)(long)BinaryPrimitives.ReadInt32LittleEndian(table)));
        }
    }

    // NT_GNU_PROPERTY_TYPE_0: GNU_PROPERTY_X86_ISA_1_NEEDED has a bit for baseline, v2, v3 and v4.
    private void ReadProperties(ReadOnlySpan<byte> note)
    {
        const uint IsaNeeded = 0xc000_8002;
        if (note.Length < 16)
        {
            return;
        }

        for (note = note[16..]; note.Length >= 12; note = note[Math.Min(note.Length, 16)..])
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(note) == IsaNeeded)
            {
                uint levels = BinaryPrimitives.ReadUInt32LittleEndian(note[8..]) & 15;
                IsaLevel = levels == 0 ? 0 : 32 - System.Numerics.BitOperations.LeadingZeroCount(levels);
            }
        }
    }

    private void ReadSections(SortedSet<ulong> functions)
    {
        ulong table = ElfBytes.Word64(_file, 40);
        int count = table == 0 ? 0 : ElfBytes.Word16(_file, 60);
        List<ElfSection> sections = [];
        for (int i = 0; i < count; i++)
        {
            sections.Add(ElfSection.Read(_file, table + ((ulong)i * 64)));
        }

        foreach (ElfSection section in sections)
        {
            if (section.IsLoaded && section.Length > 0)
            {
                _sections.Add((section.Address, section.Address + section.Length));
            }

            ElfSection? linked = section.Link < sections.Count ? sections[section.Link] : null;
            switch (section.Type)
            {
                case SectionSymbols or SectionDynamicSymbols when linked is { } strings:
                    ReadSymbols(section, strings, functions);
                    break;
                case SectionRelocations when section.IsLoaded && linked is { } symbols:
                    ReadRelocations(section, symbols, symbols.Link < sections.Count ? sections[symbols.Link] : default);
                    break;
                case SectionRelative when section.IsLoaded:
                    ReadRelative(section);
                    break;
                case SectionDynamic when linked is { } names:
                    ReadDynamic(section, names);
                    break;
            }
        }

        foreach (ElfSection section in sections)
        {
            if (section.Type is SectionInitializers or SectionFinalizers or SectionPreinitializers)
            {
                AddPointers(section.Address, section.Length);
            }
        }
    }

    private void ReadSymbols(ElfSection section, ElfSection strings, SortedSet<ulong> functions)
    {
        const int ObjectType = 1, FunctionType = 2, IndirectType = 10;
        for (ulong at = 0; at + 24 <= section.Length; at += 24)
        {
            ulong symbol = section.Offset + at;
            byte info = ElfBytes.Slice(_file, symbol + 4, 1)[0];
            int type = info & 15;
            ulong address = ElfBytes.Word64(_file, symbol + 8);
            ulong size = ElfBytes.Word64(_file, symbol + 16);
            if (ElfBytes.Word16(_file, symbol + 6) == 0 || address == 0)
            {
                continue;
            }

            if (type is FunctionType or IndirectType)
            {
                string name = ElfBytes.String(_file, strings.Offset + ElfBytes.Word32(_file, symbol));
                functions.Add(address);
                _names.TryAdd(address, name);
                if (section.Type == SectionDynamicSymbols && info >> 4 != 0)
                {
                    _exports.TryAdd(name, address);
                }
            }
            else if (type == ObjectType && size > 0 && size <= (ulong)_file.Length)
            {
                _objects.Add(new ElfSymbol("", address, size, IsFunction: false, IsExported: false));
            }
        }
    }

    private void ReadRelocations(ElfSection section, ElfSection symbols, ElfSection strings)
    {
        const uint Word = 1, GlobalData = 6, JumpSlot = 7, Relative = 8, IndirectRelative = 37;
        for (ulong at = 0; at + 24 <= section.Length; at += 24)
        {
            ulong slot = ElfBytes.Word64(_file, section.Offset + at);
            ulong info = ElfBytes.Word64(_file, section.Offset + at + 8);
            ulong addend = ElfBytes.Word64(_file, section.Offset + at + 16);
            switch ((uint)info)
            {
                case Relative:
                    _slots[slot] = new ElfSlot(null, addend);
                    break;
                case IndirectRelative:
                    _slots[slot] = new ElfSlot(null, addend);
                    _roots.Add(addend);
                    break;
                case Word or GlobalData or JumpSlot:
                    ulong symbol = symbols.Offset + ((info >> 32) * 24);
                    _slots[slot] = new ElfSlot(ElfBytes.String(_file, strings.Offset + ElfBytes.Word32(_file, symbol)), 0);
                    break;
            }
        }
    }

    // SHT_RELR: an address, then bitmaps of the 63 words that follow; the addend is in the word itself.
    private void ReadRelative(ElfSection section)
    {
        ulong next = 0;
        for (ulong at = 0; at + 8 <= section.Length; at += 8)
        {
            ulong entry = ElfBytes.Word64(_file, section.Offset + at);
            if ((entry & 1) == 0)
            {
                AddPointers(entry, 8);
                next = entry + 8;
                continue;
            }

            for (ulong place = next, bits = entry >> 1; bits != 0; bits >>= 1, place += 8)
            {
                if ((bits & 1) != 0)
                {
                    AddSlot(place);
                }
            }

            next += 63 * 8;
        }
    }

    private void ReadDynamic(ElfSection section, ElfSection strings)
    {
        const ulong NeededTag = 1, InitTag = 12, FiniTag = 13, SonameTag = 14;
        List<string> needed = [];
        for (ulong at = 0; at + 16 <= section.Length; at += 16)
        {
            ulong value = ElfBytes.Word64(_file, section.Offset + at + 8);
            switch (ElfBytes.Word64(_file, section.Offset + at))
            {
                case NeededTag:
                    needed.Add(ElfBytes.String(_file, strings.Offset + value));
                    break;
                case SonameTag:
                    Soname = ElfBytes.String(_file, strings.Offset + value);
                    break;
                case InitTag or FiniTag when IsCode(value):
                    _roots.Add(value);
                    break;
            }
        }

        Needed = needed;
    }

    /// <summary>The words of an array of functions that run without being called.</summary>
    private void AddPointers(ulong address, ulong length)
    {
        for (ulong at = 0; at + 8 <= length; at += 8)
        {
            if (!_slots.ContainsKey(address + at))
            {
                AddSlot(address + at);
            }

            if (_slots.TryGetValue(address + at, out ElfSlot slot) && slot.Import == null && IsCode(slot.Target))
            {
                _roots.Add(slot.Target);
            }
        }
    }

    private void AddSlot(ulong address)
    {
        if (SegmentOf(address) is { IsExecutable: false } segment && segment.End - address >= 8)
        {
            ulong value = BinaryPrimitives.ReadUInt64LittleEndian(segment.Bytes.Span[(int)(address - segment.Address)..]);
            if (IsMapped(value))
            {
                _slots[address] = new ElfSlot(null, value);
            }
        }
    }

    /// <summary>In a file with a fixed place no relocation says where pointers are: words that hold a function's start or an address of data are taken for some.</summary>
    private void FindPointers()
    {
        foreach (ElfSegmentData segment in _segments)
        {
            if (segment.IsExecutable)
            {
                continue;
            }

            ReadOnlySpan<byte> bytes = segment.Bytes.Span;
            for (int at = (int)((8 - (segment.Address & 7)) & 7); at + 8 <= bytes.Length; at += 8)
            {
                ulong value = BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
                bool isFunction = Array.BinarySearch(_functions, value) >= 0;
                if ((isFunction || (IsMapped(value) && !IsCode(value))) && !_slots.ContainsKey(segment.Address + (ulong)at))
                {
                    _slots[segment.Address + (ulong)at] = new ElfSlot(null, value);
                }
            }
        }
    }
}

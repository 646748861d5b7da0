using System;
using System.Collections.Generic;
using System.IO;

namespace Mote.Compatibility.Code;

/// <summary>
/// An x86-64 ELF file as code that calls other code: its segments, functions, what it exports, and the words that the loader fills. Where a file says nothing of its functions
/// (no symbols, no unwind tables) all its code is one function.
/// </summary>
internal sealed partial class CodeFile
{
    private readonly byte[] _file;
    private readonly List<ElfSegmentData> _segments = [];
    private readonly Dictionary<ulong, ElfSlot> _slots = [];
    private readonly SortedSet<ulong> _slotOrder = [];
    private readonly Dictionary<string, ulong> _exports = new(StringComparer.Ordinal);
    private readonly Dictionary<ulong, string> _names = [];
    private readonly List<ElfSymbol> _objects = [];
    private readonly List<(ulong Start, ulong End)> _sections = [];
    private readonly List<ulong> _roots = [];
    private ulong[] _functions = [];

    private CodeFile(string path, byte[] file)
    {
        Path = path;
        _file = file;
    }

    /// <summary>The file's path in the image.</summary>
    public string Path { get; }

    /// <summary>The last part of the path.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Where it is entered, started and ended: what runs without being called.</summary>
    public IReadOnlyList<ulong> Roots => _roots;

    /// <summary>Functions that others can call by name.</summary>
    public IReadOnlyDictionary<string, ulong> Exports => _exports;

    /// <summary>DT_NEEDED.</summary>
    public IReadOnlyList<string> Needed { get; private set; } = [];

    /// <summary>DT_SONAME, or the file's name.</summary>
    public string Soname { get; private set; } = "";

    /// <summary>PT_INTERP, or null.</summary>
    public string? Interpreter { get; private set; }

    /// <summary>The x86-64 level that the file says it needs (GNU_PROPERTY_X86_ISA_1_NEEDED): 1 to 4; 0 when it does not say.</summary>
    public int IsaLevel { get; private set; }

    public IReadOnlyList<ElfSegmentData> Segments => _segments;

    /// <summary>Reads a file; null when it is not an x86-64 ELF file with code.</summary>
    /// <param name="path">Its path in the image.</param>
    /// <param name="file">Its bytes.</param>
    /// <exception cref="InvalidDataException">It is one, and damaged.</exception>
    public static CodeFile? TryRead(string path, byte[] file)
    {
        if (!ElfBytes.IsX64(file))
        {
            return null;
        }

        CodeFile code = new(path, file);
        try
        {
            code.Parse();
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new InvalidDataException($"{path}: damaged: an offset in its headers lies outside the file");
        }

        return code._segments.Exists(segment => segment.IsExecutable) ? code : null;
    }

    /// <summary>The word at an address that the loader fills.</summary>
    public bool TryGetSlot(ulong address, out ElfSlot slot) => _slots.TryGetValue(address, out slot);

    /// <summary>Filled words from an address on, within the object there, or within so many bytes of its section where no symbol says how large it is.</summary>
    public IEnumerable<ElfSlot> SlotsOfObject(ulong address)
    {
        foreach (ulong slot in _slotOrder.GetViewBetween(address, address + SizeFrom(address) - 1))
        {
            yield return _slots[slot];
        }
    }

    /// <summary>Bytes from an address to the end of the object there. At least one.</summary>
    private ulong SizeFrom(ulong address)
    {
        const ulong Unknown = 256;
        int low = 0;
        int high = _objects.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            ElfSymbol symbol = _objects[middle];
            if (address < symbol.Address)
            {
                high = middle - 1;
            }
            else if (address >= symbol.Address + symbol.Size)
            {
                low = middle + 1;
            }
            else
            {
                return symbol.Address + symbol.Size - address;
            }
        }

        // The end of a section, of which code takes the address too, is no object.
        ulong end = _sections.Count == 0 ? address + Unknown : address + 1;
        foreach ((ulong start, ulong sectionEnd) in _sections)
        {
            if (address >= start && address < sectionEnd)
            {
                end = Math.Min(sectionEnd, address + Unknown);
            }
        }

        return end - address;
    }

    public bool IsCode(ulong address) => SegmentOf(address) is { IsExecutable: true };

    public bool IsMapped(ulong address) => SegmentOf(address) is not null;

    /// <summary>The function that an address of code lies in: where it starts and ends.</summary>
    public (ulong Start, ulong End) FunctionAt(ulong address)
    {
        ElfSegmentData segment = SegmentOf(address)!.Value;
        int index = Array.BinarySearch(_functions, address);
        index = index < 0 ? ~index - 1 : index;
        ulong start = index >= 0 && _functions[index] >= segment.Address ? _functions[index] : segment.Address;
        ulong end = index + 1 < _functions.Length && _functions[index + 1] < segment.End ? _functions[index + 1] : segment.End;
        return (start, end);
    }

    /// <summary>Code from an address to another, in one segment.</summary>
    public ReadOnlyMemory<byte> Code(ulong start, ulong end)
    {
        ElfSegmentData segment = SegmentOf(start)!.Value;
        return segment.Bytes.Slice((int)(start - segment.Address), (int)(Math.Min(end, segment.End) - start));
    }

    /// <summary>The name of the function that starts at an address, or null.</summary>
    public string? NameOf(ulong function) => _names.GetValueOrDefault(function);

    private ElfSegmentData? SegmentOf(ulong address)
    {
        foreach (ElfSegmentData segment in _segments)
        {
            if (segment.Contains(address))
            {
                return segment;
            }
        }

        return null;
    }
}

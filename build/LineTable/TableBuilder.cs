using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace Mote.LineTable;

/// <summary>Writes the table. Its reader, src/Runtime/Panic/LineTable.cs, describes the format.</summary>
internal sealed class TableBuilder(ElfFile elf, NameMap names, LineProgram lines, string root)
{
    private const uint Magic = 0x314c544d;
    private const int HeaderBytes = 32;
    private const int MaxShortAddress = 16;
    private const int MinShortLine = -4;
    private const int MaxShortLine = 10;
    private const byte LongRow = 240;

    private readonly List<byte> _functions = [];
    private readonly List<byte> _types = [];
    private readonly List<byte> _texts = [0];
    private readonly Dictionary<string, uint> _textOffsets = new() { [""] = 0 };
    private readonly string _root = root.EndsWith('/') ? root : root + "/";

    public byte[] Build()
    {
        ElfSymbol[] symbols = [.. elf.Symbols()];
        ulong textStart = Find(symbols, "__text_start");
        ulong textEnd = Find(symbols, "__text_end");
        ulong dataStart = Find(symbols, "__data_start");
        uint functions = WriteFunctions(symbols, textStart, textEnd);
        uint types = WriteExceptionTypes(symbols, dataStart);

        List<byte> table = [];
        U32(table, Magic);
        U32(table, functions);
        U32(table, types);
        U32(table, (uint)(HeaderBytes + _functions.Count));
        U32(table, (uint)(HeaderBytes + _functions.Count + _types.Count));
        U32(table, 0);
        U32(table, (uint)textStart);
        U32(table, (uint)(textStart >> 32));
        table.AddRange(_functions);
        table.AddRange(_types);
        table.AddRange(_texts);
        return [.. table];
    }

    private uint WriteFunctions(ElfSymbol[] symbols, ulong textStart, ulong textEnd)
    {
        // Assembly labels have no size: they reach to the next symbol, and those inside a function are dropped with it.
        ElfSymbol[] code = [.. symbols
            .Where(symbol => symbol.Address >= textStart && symbol.Address < textEnd && symbol.Name.Length != 0
                && (symbol.IsFunction || (symbol.Size == 0 && !symbol.Name.StartsWith("__st", StringComparison.Ordinal) && symbol.Name != "__text_start")))
            .OrderBy(symbol => symbol.Address).ThenByDescending(symbol => symbol.Name.Contains("__", StringComparison.Ordinal))];
        ulong previous = textStart;
        uint count = 0;
        for (int i = 0; i < code.Length; i++)
        {
            ElfSymbol symbol = code[i];
            if (symbol.Address < previous || (i > 0 && code[i - 1].Address == symbol.Address))
            {
                continue;
            }

            ulong size = symbol.Size;
            if (size == 0)
            {
                int next = i + 1;
                while (next < code.Length && code[next].Address == symbol.Address)
                {
                    next++;
                }

                size = (next < code.Length ? code[next].Address : textEnd) - symbol.Address;
            }

            (string type, string method) = names.Method(symbol.Name);
            Unsigned(_functions, symbol.Address - previous);
            Unsigned(_functions, size);
            int space = type.LastIndexOf('.');
            Unsigned(_functions, Text(space < 0 ? "" : type[..space]));
            Unsigned(_functions, Text(type[(space + 1)..]));
            Unsigned(_functions, Text(method));
            WriteLines(symbol.Address, symbol.Address + size);
            previous = symbol.Address + size;
            count++;
        }

        return count;
    }

    // The file, the length of the rows, and the rows; or a single zero.
    private void WriteLines(ulong start, ulong end)
    {
        LineRow[] rows = [.. lines.Within(start, end)];
        string? file = rows.Select(row => row.File).FirstOrDefault(file => file.StartsWith(_root, StringComparison.Ordinal));
        if (file == null)
        {
            _functions.Add(0);
            return;
        }

        List<byte> bytes = [];
        ulong address = start;
        int line = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            LineRow row = rows[i];
            bool isOverridden = i + 1 < rows.Length && rows[i + 1].Address == row.Address;
            if (isOverridden || row.File != file || row.Line == line)
            {
                continue;
            }

            ulong addressStep = row.Address - address;
            int lineStep = row.Line - line;
            if (addressStep < MaxShortAddress && lineStep is >= MinShortLine and <= MaxShortLine)
            {
                bytes.Add((byte)(((int)addressStep * (MaxShortLine - MinShortLine + 1)) + (lineStep - MinShortLine)));
            }
            else
            {
                bytes.Add(LongRow);
                Unsigned(bytes, addressStep);
                Unsigned(bytes, (uint)((lineStep << 1) ^ (lineStep >> 31)));
            }

            (address, line) = (row.Address, row.Line);
        }

        Unsigned(_functions, Text(file[_root.Length..]));
        Unsigned(_functions, (ulong)bytes.Count);
        _functions.AddRange(bytes);
    }

    // Method tables lie in .data, which moves when this table grows: they count from its start.
    private uint WriteExceptionTypes(ElfSymbol[] symbols, ulong dataStart)
    {
        Dictionary<ulong, string> types = [];
        foreach (ElfSymbol symbol in symbols)
        {
            if (symbol.Address >= dataStart && names.TypeOfMethodTable(symbol.Name) is string name)
            {
                types.TryAdd(symbol.Address, name);
            }
        }

        ulong previous = dataStart;
        uint count = 0;
        foreach ((ulong address, string name) in types.OrderBy(pair => pair.Key))
        {
            if (IsException(types, address))
            {
                Unsigned(_types, address - previous);
                Unsigned(_types, Text(name));
                previous = address;
                count++;
            }
        }

        return count;
    }

    private bool IsException(Dictionary<ulong, string> types, ulong type)
    {
        // A method table's second word is its base type.
        for (int depth = 0; depth < 20 && types.TryGetValue(type, out string? name); depth++)
        {
            if (name == "System.Exception")
            {
                return true;
            }

            type = elf.ReadWord(type + 8);
        }

        return false;
    }

    private uint Text(string text)
    {
        if (!_textOffsets.TryGetValue(text, out uint offset))
        {
            offset = (uint)_texts.Count;
            _textOffsets.Add(text, offset);
            _texts.AddRange(Encoding.UTF8.GetBytes(text));
            _texts.Add(0);
        }

        return offset;
    }

    private static ulong Find(ElfSymbol[] symbols, string name)
    {
        int index = Array.FindIndex(symbols, symbol => symbol.Name == name);
        return index >= 0 ? symbols[index].Address : throw new InvalidDataException($"no symbol {name}");
    }

    private static void U32(List<byte> bytes, uint value)
    {
        for (int i = 0; i < 4; i++)
        {
            bytes.Add((byte)(value >> (8 * i)));
        }
    }

    private static void Unsigned(List<byte> bytes, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
    }
}

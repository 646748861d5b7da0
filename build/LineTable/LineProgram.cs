using System;
using System.Collections.Generic;
using System.IO;

namespace Mote.LineTable;

/// <summary>The rows of .debug_line (DWARF 4, 6.2), sorted by address.</summary>
internal sealed class LineProgram
{
    private const int SupportedVersion = 4;

    private readonly List<LineRow> _rows = [];

    public LineProgram(ReadOnlyMemory<byte> section)
    {
        DwarfReader reader = new(section.Span);
        while (!reader.AtEnd)
        {
            uint length = reader.U32();
            if (length == 0xffffffff)
            {
                throw new InvalidDataException("64-bit DWARF");
            }

            ReadUnit(reader.Take((int)length));
        }

        // Sorting must keep the order of rows at one address: the last one counts.
        LineRow[] rows = [.. _rows];
        ulong[] keys = Array.ConvertAll(rows, row => row.Address);
        int[] order = new int[rows.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(order, (x, y) => keys[x] != keys[y] ? keys[x].CompareTo(keys[y]) : x.CompareTo(y));
        _rows = new List<LineRow>(Array.ConvertAll(order, index => rows[index]));
    }

    /// <summary>The rows of a function.</summary>
    public IEnumerable<LineRow> Within(ulong start, ulong end)
    {
        int low = 0;
        int high = _rows.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_rows[middle].Address < start)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        for (; low < _rows.Count && _rows[low].Address < end; low++)
        {
            yield return _rows[low];
        }
    }

    private void ReadUnit(DwarfReader unit)
    {
        int version = unit.U16();
        if (version != SupportedVersion)
        {
            throw new InvalidDataException($"line program of DWARF {version}");
        }

        DwarfReader header = unit.Take((int)unit.U32());
        int minimumInstruction = header.U8();
        header.U8();
        header.U8();
        int lineBase = (sbyte)header.U8();
        int lineRange = header.U8();
        int opcodeBase = header.U8();
        int[] operands = new int[opcodeBase];
        for (int i = 1; i < opcodeBase; i++)
        {
            operands[i] = header.U8();
        }

        List<string> folders = [""];
        for (string folder = header.Text(); folder.Length != 0; folder = header.Text())
        {
            folders.Add(folder);
        }

        List<string> files = [""];
        for (string file = header.Text(); file.Length != 0; file = header.Text())
        {
            string folder = folders[(int)header.Unsigned()];
            header.Unsigned();
            header.Unsigned();
            files.Add(folder.Length == 0 || file.StartsWith('/') ? file : folder + "/" + file);
        }

        Run(unit, files, minimumInstruction, lineBase, lineRange, opcodeBase, operands);
    }

    private void Run(DwarfReader code, List<string> files, int minimumInstruction, int lineBase, int lineRange, int opcodeBase, int[] operands)
    {
        ulong address = 0;
        int file = 1;
        int line = 1;
        while (!code.AtEnd)
        {
            int opcode = code.U8();
            if (opcode >= opcodeBase)
            {
                address += (ulong)((opcode - opcodeBase) / lineRange * minimumInstruction);
                line += lineBase + ((opcode - opcodeBase) % lineRange);
                _rows.Add(new LineRow(address, files[file], line));
                continue;
            }

            switch (opcode)
            {
                case 0:
                    DwarfReader extended = code.Take((int)code.Unsigned());
                    switch (extended.U8())
                    {
                        case 1: // DW_LNE_end_sequence
                            (address, file, line) = (0, 1, 1);
                            break;
                        case 2: // DW_LNE_set_address
                            address = extended.U64();
                            break;
                    }

                    break;
                case 1: // DW_LNS_copy
                    _rows.Add(new LineRow(address, files[file], line));
                    break;
                case 2: // DW_LNS_advance_pc
                    address += code.Unsigned() * (ulong)minimumInstruction;
                    break;
                case 3: // DW_LNS_advance_line
                    line += (int)code.Signed();
                    break;
                case 4: // DW_LNS_set_file
                    file = (int)code.Unsigned();
                    break;
                case 8: // DW_LNS_const_add_pc
                    address += (ulong)((255 - opcodeBase) / lineRange * minimumInstruction);
                    break;
                case 9: // DW_LNS_fixed_advance_pc
                    address += code.U16();
                    break;
                default:
                    for (int i = 0; i < operands[opcode]; i++)
                    {
                        code.Unsigned();
                    }

                    break;
            }
        }
    }
}

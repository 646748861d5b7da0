using System;
using System.Buffers.Binary;
using System.IO;
using System.Text;

namespace Mote.Cli.Symbols;

/// <summary>
/// The table of functions and lines that every kernel carries (section .mote.lines; its layout is described at LineTable in src/Runtime).
/// The kernel prints its own stacks by it; here it serves for addresses that come alone.
/// </summary>
internal sealed class LineTable
{
    private const int MaxPadding = 64;
    private const int HeaderBytes = 32;
    private const byte LongRow = 240;
    private const int ShortLines = 15;
    private const int MinShortLine = -4;

    private readonly byte[] _table;
    private readonly uint _functions;
    private readonly int _texts;
    private readonly ulong _codeStart;

    private LineTable(byte[] table)
    {
        _table = table;
        _functions = BinaryPrimitives.ReadUInt32LittleEndian(table.AsSpan(4));
        _texts = BinaryPrimitives.ReadInt32LittleEndian(table.AsSpan(16));
        _codeStart = BinaryPrimitives.ReadUInt64LittleEndian(table.AsSpan(24));
    }

    /// <summary>Reads the table of a kernel file; <c>null</c> when there is none.</summary>
    public static LineTable? Load(string kernel)
    {
        try
        {
            return FromSection(ElfSections.Read(kernel, ".mote.lines"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static LineTable? FromSection(byte[]? section)
    {
        // The linker aligns the table inside its section.
        int start = section.AsSpan().IndexOf("MTL1"u8);
        return start is >= 0 and < MaxPadding && section!.Length - start > HeaderBytes ? new LineTable(section[start..]) : null;
    }

    /// <summary>The function around an address; <c>null</c> outside the kernel's code or in a damaged table.</summary>
    public CodeLocation? Find(ulong address)
    {
        try
        {
            int cursor = HeaderBytes;
            ulong start = _codeStart;
            for (uint i = 0; i < _functions; i++)
            {
                start += Unsigned(ref cursor);
                ulong end = start + Unsigned(ref cursor);
                int space = (int)Unsigned(ref cursor);
                int type = (int)Unsigned(ref cursor);
                int method = (int)Unsigned(ref cursor);
                int file = (int)Unsigned(ref cursor);
                int rowBytes = file == 0 ? 0 : (int)Unsigned(ref cursor);
                if (address < start)
                {
                    return null;
                }

                if (address < end)
                {
                    return new CodeLocation(Joined(Text(space), Text(type), Text(method)), file == 0 ? null : Text(file), Line(cursor, cursor + rowBytes, address - start));
                }

                cursor += rowBytes;
                start = end;
            }
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            // A damaged table knows nothing.
        }

        return null;
    }

    private static string Joined(params ReadOnlySpan<string> parts)
    {
        StringBuilder name = new();
        foreach (string part in parts)
        {
            if (part.Length > 0)
            {
                name.Append(name.Length > 0 ? "." : "").Append(part);
            }
        }

        return name.ToString();
    }

    private int Line(int cursor, int end, ulong offset)
    {
        ulong address = 0;
        int line = 0;
        int found = 0;
        while (cursor < end)
        {
            byte row = _table[cursor++];
            if (row < LongRow)
            {
                address += (ulong)(row / ShortLines);
                line += (row % ShortLines) + MinShortLine;
            }
            else
            {
                address += Unsigned(ref cursor);
                ulong zigzag = Unsigned(ref cursor);
                line += (int)(zigzag >> 1) ^ -(int)(zigzag & 1);
            }

            if (address > offset)
            {
                break;
            }

            found = line;
        }

        return found;
    }

    private string Text(int offset)
    {
        ReadOnlySpan<byte> rest = _table.AsSpan(_texts + offset);
        return Encoding.UTF8.GetString(rest[..rest.IndexOf((byte)0)]);
    }

    /// <summary>LEB128 (DWARF 4, section 7.6).</summary>
    private ulong Unsigned(ref int cursor)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = _table[cursor++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }
}

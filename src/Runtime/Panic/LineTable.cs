using System.Runtime;
using System.Runtime.CompilerServices;

namespace Mote.Runtime;

/// <summary>
/// Finds names, files and lines of code. The table is made from the linked kernel by build/LineTable and linked in as
/// .mote.lines; a kernel linked without it has an empty one. Numbers are LEB128 but for the header's:
/// <code>
/// header     magic "MTL1", number of functions, number of types, offset of types, offset of texts, 0, u64 start of code
/// function   distance from the end of the one before, size, three texts: namespace, type, method;
///            text of the file or 0; if not 0: bytes of rows, rows
/// row        one byte 15 * address step + (line step + 4), steps below 16 and from -4 to 10;
///            or 240, address step, line step * 2 with the sign in bit 0 (as in Protocol Buffers' zigzag)
/// type       distance of a method table from the one before, the first from the start of .data, text of the name
/// text       offset into the texts, which end with a zero byte
/// </code>
/// </summary>
// SAFETY: reads the table between the linker's two symbols, and only after its magic number; its lengths are those
// that build/LineTable counted.
internal static unsafe class LineTable
{
    private const uint Magic = 0x314c544d;
    private const int HeaderBytes = 32;
    private const byte LongRow = 240;
    private const int ShortLines = 15;
    private const int MinShortLine = -4;

    private struct Header
    {
        public uint Magic;
        public uint Functions;
        public uint Types;
        public uint TypesOffset;
        public uint TextsOffset;
        public uint Reserved;
        public nint CodeStart;
    }

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhMoteLineTable")]
    private static extern byte* Start();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhMoteLineTableEnd")]
    private static extern byte* End();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhMoteDataStart")]
    private static extern nint DataStart();

    private static bool Exists => End() - Start() > HeaderBytes && ((Header*)Start())->Magic == Magic;

    /// <summary>Finds the function around an address.</summary>
    public static bool Find(nint address, out CodeLocation location)
    {
        location = default;
        if (!Exists)
        {
            return false;
        }

        Header* header = (Header*)Start();
        byte* texts = Start() + header->TextsOffset;
        byte* cursor = Start() + HeaderBytes;
        nint start = header->CodeStart;
        for (uint i = 0; i < header->Functions; i++)
        {
            start += (nint)DwarfNumber.ReadUnsigned(ref cursor);
            nint end = start + (nint)DwarfNumber.ReadUnsigned(ref cursor);
            location.Namespace = texts + DwarfNumber.ReadUnsigned(ref cursor);
            location.Type = texts + DwarfNumber.ReadUnsigned(ref cursor);
            location.Method = texts + DwarfNumber.ReadUnsigned(ref cursor);
            uint file = DwarfNumber.ReadUnsigned(ref cursor);
            uint rowBytes = file == 0 ? 0 : DwarfNumber.ReadUnsigned(ref cursor);
            if (address < start)
            {
                return false;
            }

            if (address < end)
            {
                location.File = texts + file;
                location.Line = FindLine(cursor, cursor + rowBytes, address - start);
                return true;
            }

            cursor += rowBytes;
            start = end;
        }

        return false;
    }

    /// <summary>The name of an exception's type, zero-terminated; null when it is unknown.</summary>
    public static byte* TypeName(MethodTable* type)
    {
        if (!Exists)
        {
            return null;
        }

        Header* header = (Header*)Start();
        byte* cursor = Start() + header->TypesOffset;
        nint address = DataStart();
        for (uint i = 0; i < header->Types; i++)
        {
            address += (nint)DwarfNumber.ReadUnsigned(ref cursor);
            uint name = DwarfNumber.ReadUnsigned(ref cursor);
            if (address == (nint)type)
            {
                return Start() + header->TextsOffset + name;
            }
        }

        return null;
    }

    private static int FindLine(byte* cursor, byte* end, nint offset)
    {
        nint address = 0;
        int line = 0;
        while (cursor < end)
        {
            byte row = *cursor++;
            int lineStep;
            if (row < LongRow)
            {
                address += row / ShortLines;
                lineStep = (row % ShortLines) + MinShortLine;
            }
            else
            {
                address += (nint)DwarfNumber.ReadUnsigned(ref cursor);
                uint zigzag = DwarfNumber.ReadUnsigned(ref cursor);
                lineStep = (int)(zigzag >> 1) ^ -(int)(zigzag & 1);
            }

            if (address > offset)
            {
                break;
            }

            line += lineStep;
        }

        return line;
    }
}

using System.Runtime;
using System.Runtime.CompilerServices;

namespace Mote.Runtime;

/// <summary>What .eh_frame says about one function: its extent, how to unwind it and where the runtime's own data about it is
/// (Linux Standard Base, "Exception Frames"; DWARF 4, 6.4). The linker's search table, .eh_frame_hdr, leads there. Only
/// the encodings that ilc and the assembler write are known.</summary>
// SAFETY: the linker sorts the table and each entry refers to .eh_frame; an unknown format is refused.
internal unsafe struct FrameDescription
{
    private const byte HeaderVersion = 1;
    private const uint HeaderEncodings = 0x3b031b; // pc-relative sdata4, udata4, data-relative sdata4

    public nint Start;
    public nint End;

    /// <summary>The method's data in .dotnet_eh_table; null for assembly.</summary>
    public byte* MethodData;

    public byte* CommonProgram;
    public byte* CommonProgramEnd;
    public byte* Program;
    public byte* ProgramEnd;

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhMoteFrameTable")]
    private static extern byte* FrameTable();

    /// <summary>Finds the function around an address.</summary>
    public static bool Find(nint address, out FrameDescription description)
    {
        description = default;
        byte* table = FrameTable();
        if (*(uint*)table != (HeaderEncodings << 8 | HeaderVersion))
        {
            return false;
        }

        // Pairs of function and description, relative to the table, by ascending function.
        int count = *(int*)(table + 8);
        int* entries = (int*)(table + 12);
        nint relative = address - (nint)table;
        int low = 0;
        int high = count;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (entries[2 * middle] <= relative)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low != 0 && description.Read(table + entries[(2 * (low - 1)) + 1]) && address < description.End;
    }

    // CIE: length, id, version, augmentation "zR" or "zLR", alignments (1, -8), return register, augmentation data, program.
    // FDE: length, distance back to the CIE, start, extent, augmentation length, method data if "L", program.
    private bool Read(byte* entry)
    {
        byte* cursor = entry + 4;
        byte* common = cursor - *(int*)cursor;
        cursor += 4;
        Start = (nint)cursor + *(int*)cursor;
        End = Start + *(int*)(cursor + 4);
        cursor += 8;
        uint extra = DwarfNumber.ReadUnsigned(ref cursor);
        Program = cursor + extra;
        ProgramEnd = entry + 4 + *(int*)entry;

        byte* text = common + 9;
        bool hasMethodData = text[1] == 'L';
        if (text[0] != 'z' || common[8] != 1)
        {
            return false;
        }

        if (hasMethodData && *(int*)cursor != 0)
        {
            MethodData = cursor + *(int*)cursor;
        }

        byte* commonCursor = text + (hasMethodData ? 4 : 3);
        uint codeAlignment = DwarfNumber.ReadUnsigned(ref commonCursor);
        int dataAlignment = DwarfNumber.ReadSigned(ref commonCursor);
        commonCursor++;
        extra = DwarfNumber.ReadUnsigned(ref commonCursor);
        CommonProgram = commonCursor + extra;
        CommonProgramEnd = common + 4 + *(int*)common;
        return codeAlignment == 1 && dataAlignment == Unwinder.DataAlignment;
    }
}

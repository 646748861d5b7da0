namespace Mote.Runtime;

/// <summary>The variable-length numbers of DWARF (LEB128), of at most 32 bits.</summary>
// SAFETY: reads tables that the compiler, the linker or the build wrote into the read-only part of the image.
internal static unsafe class DwarfNumber
{
    public static uint ReadUnsigned(ref byte* cursor)
    {
        uint value = 0;
        int shift = 0;
        byte part;
        do
        {
            part = *cursor++;
            value |= (uint)(part & 0x7f) << shift;
            shift += 7;
        }
        while ((part & 0x80) != 0);
        return value;
    }

    public static int ReadSigned(ref byte* cursor)
    {
        int value = 0;
        int shift = 0;
        byte part;
        do
        {
            part = *cursor++;
            value |= (part & 0x7f) << shift;
            shift += 7;
        }
        while ((part & 0x80) != 0);
        return (part & 0x40) != 0 && shift < 32 ? value | (-1 << shift) : value;
    }
}

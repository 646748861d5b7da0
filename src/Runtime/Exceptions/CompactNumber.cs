namespace Mote.Runtime;

/// <summary>The variable-length numbers of .dotnet_eh_table: the count of low one bits says how many bytes follow
/// (src/coreclr/nativeaot/Runtime/CommonMacros, VarInt in dotnet/runtime).</summary>
// SAFETY: reads up to four bytes past the number, which lie in .dotnet_eh_table or the sections that follow it in
// the image.
internal static unsafe class CompactNumber
{
    public static uint Read(ref byte* cursor)
    {
        uint value = *(uint*)cursor;
        if ((value & 1) == 0)
        {
            cursor += 1;
            return (value >> 1) & 0x7f;
        }

        if ((value & 2) == 0)
        {
            cursor += 2;
            return (value >> 2) & 0x3fff;
        }

        if ((value & 4) == 0)
        {
            cursor += 3;
            return (value >> 3) & 0x1fffff;
        }

        if ((value & 8) == 0)
        {
            cursor += 4;
            return value >> 4;
        }

        value = *(uint*)(cursor + 1);
        cursor += 5;
        return value;
    }
}

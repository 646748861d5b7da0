using System;

namespace Mote.CodeCheck;

/// <summary>Code that cannot be run: UD2 (0F 0B), the instruction that is undefined for good (SDM volume 2).</summary>
internal static class UndefinedCode
{
    internal static void Fill(Span<byte> code)
    {
        for (int i = 0; i < code.Length; i++)
        {
            code[i] = (byte)((i & 1) == 0 ? 0x0f : 0x0b);
        }

        if ((code.Length & 1) != 0)
        {
            code[^1] = 0xcc;
        }
    }
}

using System;

namespace Mote.Runtime;

/// <summary>Text on the early console, by the piece.</summary>
internal static unsafe class Console
{
    public static void Write(ReadOnlySpan<byte> text)
    {
        fixed (byte* start = text)
        {
            MachineHooks.EarlyWrite(start, (nuint)text.Length);
        }
    }

    public static void WriteZeroTerminated(byte* text)
    {
        nuint length = 0;
        while (text[length] != 0)
        {
            length++;
        }

        MachineHooks.EarlyWrite(text, length);
    }

    public static void WriteHex(ulong value)
    {
        const int Digits = 16;
        byte* text = stackalloc byte[Digits];
        for (int i = Digits - 1; i >= 0; i--, value >>= 4)
        {
            uint digit = (uint)value & 15;
            text[i] = (byte)(digit < 10 ? '0' + digit : 'a' + digit - 10);
        }

        MachineHooks.EarlyWrite(text, Digits);
    }
}

using System;

namespace Mote.Runtime;

/// <summary>Text on the early console, by the piece.</summary>
// SAFETY: passes on texts with their lengths, or literals and table texts that end with a zero byte.
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

    public static void WriteDecimal(uint value)
    {
        const int Digits = 10;
        byte* text = stackalloc byte[Digits];
        int start = Digits;
        do
        {
            text[--start] = (byte)('0' + (value % 10));
            value /= 10;
        }
        while (value != 0);
        MachineHooks.EarlyWrite(text + start, (nuint)(Digits - start));
    }

    /// <summary>Writes the parts of a name that are not empty, with dots between them.</summary>
    public static void WriteJoined(byte* first, byte* second, byte* third)
    {
        WriteZeroTerminated(first);
        Write(*first != 0 ? "."u8 : ""u8);
        WriteZeroTerminated(second);
        Write(*second != 0 ? "."u8 : ""u8);
        WriteZeroTerminated(third);
    }

    /// <summary>Writes UTF-16 as UTF-8. Halves of surrogate pairs become question marks.</summary>
    public static void WriteUtf16(char* text, int length)
    {
        byte* encoded = stackalloc byte[3];
        for (int i = 0; i < length; i++)
        {
            uint code = text[i];
            if (code < 0x80)
            {
                encoded[0] = (byte)code;
                MachineHooks.EarlyWrite(encoded, 1);
            }
            else if (code < 0x800)
            {
                encoded[0] = (byte)(0xc0 | (code >> 6));
                encoded[1] = (byte)(0x80 | (code & 0x3f));
                MachineHooks.EarlyWrite(encoded, 2);
            }
            else if (code is < 0xd800 or > 0xdfff)
            {
                encoded[0] = (byte)(0xe0 | (code >> 12));
                encoded[1] = (byte)(0x80 | ((code >> 6) & 0x3f));
                encoded[2] = (byte)(0x80 | (code & 0x3f));
                MachineHooks.EarlyWrite(encoded, 3);
            }
            else
            {
                Write("?"u8);
            }
        }
    }
}

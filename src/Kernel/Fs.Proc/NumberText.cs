using System;

namespace Mote.Kernel.Fs.Proc;

/// <summary>Numbers as programs write them to files: decimal, octal after 0, hexadecimal after 0x, with a sign (kstrtol in Linux's lib/kstrtox.c).</summary>
internal static class NumberText
{
    public static bool TryParse(ReadOnlySpan<byte> word, out long number)
    {
        const int MostDigits = 22;
        number = 0;
        bool isNegative = word is [(byte)'-', ..];
        word = isNegative || word is [(byte)'+', ..] ? word[1..] : word;
        int numberBase = word is [(byte)'0', (byte)'x' or (byte)'X', _, ..] ? 16 : word is [(byte)'0', _, ..] ? 8 : 10;
        word = numberBase == 16 ? word[2..] : word;
        if (word.IsEmpty || word.Length > MostDigits)
        {
            return false;
        }

        foreach (byte digit in word)
        {
            int value = digit switch
            {
                >= (byte)'0' and <= (byte)'9' => digit - '0',
                >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
                >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
                _ => numberBase,
            };
            if (value >= numberBase || number > (long.MaxValue - value) / numberBase)
            {
                return false;
            }

            number = (number * numberBase) + value;
        }

        number = isNegative ? -number : number;
        return true;
    }
}

using System;

namespace Mote.Kernel.Observe;

/// <summary>
/// Names of numbers, kept as text so that nothing is built at start: <c>hex=NAME</c> separated by blanks. Looking one up is slow, which only a trace pays for.
/// </summary>
internal static class NameTable
{
    /// <summary>The name of a value, or the number itself.</summary>
    internal static void AppendName(TraceLine line, ReadOnlySpan<byte> table, ulong value)
    {
        while (TryNext(ref table, out ulong number, out ReadOnlySpan<byte> name))
        {
            if (number == value)
            {
                line.Append(name);
                return;
            }
        }

        line.AppendHex(value);
    }

    /// <summary>The names of the bits that are set, with | between them; what has no name as one number. Zero is the entry 0, or 0.</summary>
    internal static void AppendBits(TraceLine line, ReadOnlySpan<byte> table, ulong value)
    {
        ulong left = value;
        bool isFirst = true;
        while (TryNext(ref table, out ulong bits, out ReadOnlySpan<byte> name))
        {
            if (bits == 0 ? value == 0 : (left & bits) == bits)
            {
                Separate(line, ref isFirst);
                line.Append(name);
                left &= ~bits;
            }
        }

        if (left != 0 || isFirst)
        {
            Separate(line, ref isFirst);
            if (left == 0)
            {
                line.Append((byte)'0');
            }
            else
            {
                line.AppendHex(left);
            }
        }
    }

    private static void Separate(TraceLine line, ref bool isFirst)
    {
        if (!isFirst)
        {
            line.Append((byte)'|');
        }

        isFirst = false;
    }

    private static bool TryNext(ref ReadOnlySpan<byte> table, out ulong number, out ReadOnlySpan<byte> name)
    {
        number = 0;
        name = default;
        if (table.IsEmpty)
        {
            return false;
        }

        int end = table.IndexOf((byte)' ');
        ReadOnlySpan<byte> entry = end < 0 ? table : table[..end];
        table = end < 0 ? default : table[(end + 1)..];
        int equals = entry.IndexOf((byte)'=');
        foreach (byte digit in entry[..equals])
        {
            number = (number << 4) | (uint)(digit <= (byte)'9' ? digit - '0' : digit - 'a' + 10);
        }

        name = entry[(equals + 1)..];
        return true;
    }
}

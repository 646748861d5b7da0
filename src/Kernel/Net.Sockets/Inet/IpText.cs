using System;
using Mote.Kernel.Net.Wire;

namespace Mote.Kernel.Net.Sockets;

/// <summary>IP addresses as text: dotted (RFC 1123, 2.1) and with colons (RFC 4291, 2.2; written as RFC 5952 has it).</summary>
public static class IpText
{
    /// <summary>The longest: eight groups of four digits with seven colons.</summary>
    public const int LongestText = 45;

    private const int Groups = 8;

    /// <summary>Reads an address of either form; nothing may follow it.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out IpAddress address) =>
        text.Contains((byte)':') ? TryParseV6(text, out address) : TryParseV4(text, out address);

    /// <summary>Writes an address; its length. The buffer has room for <see cref="LongestText"/>.</summary>
    public static int Write(IpAddress address, Span<byte> text) => address.IsV4 ? WriteV4(address.V4, text) : WriteV6(address, text);

    private static bool TryParseV4(ReadOnlySpan<byte> text, out IpAddress address)
    {
        uint value = 0;
        address = default;
        for (int i = 0; i < 4; i++)
        {
            int end = i < 3 ? text.IndexOf((byte)'.') : text.Length;
            if (end is < 1 or > 3)
            {
                return false;
            }

            uint part = 0;
            foreach (byte digit in text[..end])
            {
                if (digit is < (byte)'0' or > (byte)'9')
                {
                    return false;
                }

                part = (part * 10) + (uint)(digit - '0');
            }

            if (part > byte.MaxValue)
            {
                return false;
            }

            value = value << 8 | part;
            text = i < 3 ? text[(end + 1)..] : default;
        }

        address = IpAddress.FromV4(value);
        return true;
    }

    private static bool TryParseV6(ReadOnlySpan<byte> text, out IpAddress address)
    {
        Span<ushort> groups = stackalloc ushort[Groups];
        groups.Clear();
        address = default;
        int count = 0;
        int gap = -1;
        if (text.StartsWith("::"u8))
        {
            gap = 0;
            text = text[2..];
        }

        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)':');
            ReadOnlySpan<byte> part = end < 0 ? text : text[..end];
            if (count == Groups || !TryHex(part, out groups[count]))
            {
                return false;
            }

            count++;
            text = end < 0 ? default : text[(end + 1)..];
            if (end >= 0 && text.IsEmpty)
            {
                return false; // a single colon at the end
            }

            if (end >= 0 && text[0] == (byte)':')
            {
                if (gap >= 0)
                {
                    return false;
                }

                gap = count;
                text = text[1..];
            }
        }

        if (gap < 0 ? count != Groups : count == Groups)
        {
            return false;
        }

        if (gap >= 0)
        {
            int moved = count - gap;
            groups.Slice(gap, moved).CopyTo(groups[(Groups - moved)..]);
            groups.Slice(gap, Groups - count).Clear();
        }

        ulong high = 0;
        ulong low = 0;
        for (int i = 0; i < Groups / 2; i++)
        {
            high = high << 16 | groups[i];
            low = low << 16 | groups[i + (Groups / 2)];
        }

        address = new IpAddress(high, low);
        return true;
    }

    private static bool TryHex(ReadOnlySpan<byte> text, out ushort value)
    {
        const int MostDigits = 4;
        int result = 0;
        value = 0;
        foreach (byte digit in text)
        {
            int one = digit switch
            {
                >= (byte)'0' and <= (byte)'9' => digit - '0',
                >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
                >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
                _ => -1,
            };
            if (one < 0)
            {
                return false;
            }

            result = ((result << 4) | one) & 0xffff;
        }

        value = (ushort)result;
        return text.Length is >= 1 and <= MostDigits;
    }

    private static int WriteV4(uint address, Span<byte> text)
    {
        int at = 0;
        for (int shift = 24; shift >= 0; shift -= 8)
        {
            uint part = (address >> shift) & 0xff;
            if (part >= 100)
            {
                text[at++] = (byte)('0' + (part / 100));
            }

            if (part >= 10)
            {
                text[at++] = (byte)('0' + (part / 10 % 10));
            }

            text[at++] = (byte)('0' + (part % 10));
            if (shift > 0)
            {
                text[at++] = (byte)'.';
            }
        }

        return at;
    }

    private static int WriteV6(IpAddress address, Span<byte> text)
    {
        // The longest row of zero groups, of two or more, becomes the two colons.
        int gap = -1;
        int gapLength = 1;
        for (int i = 0; i < Groups; i++)
        {
            int length = 0;
            while (i + length < Groups && Group(address, i + length) == 0)
            {
                length++;
            }

            if (length > gapLength)
            {
                gap = i;
                gapLength = length;
            }

            i += length > 0 ? length - 1 : 0;
        }

        int at = 0;
        for (int i = 0; i < Groups; i++)
        {
            if (i == gap)
            {
                text[at++] = (byte)':';
                if (i == 0)
                {
                    text[at++] = (byte)':';
                }

                i += gapLength - 1;
                continue;
            }

            ushort group = Group(address, i);
            for (int shift = group >= 0x1000 ? 12 : group >= 0x100 ? 8 : group >= 0x10 ? 4 : 0; shift >= 0; shift -= 4)
            {
                text[at++] = "0123456789abcdef"u8[(group >> shift) & 15];
            }

            if (i < Groups - 1)
            {
                text[at++] = (byte)':';
            }
        }

        return at;
    }

    private static ushort Group(IpAddress address, int index) =>
        (ushort)((index < Groups / 2 ? address.High >> (48 - (index * 16)) : address.Low >> (48 - ((index - (Groups / 2)) * 16))) & 0xffff);
}

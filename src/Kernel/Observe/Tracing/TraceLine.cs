using System;

namespace Mote.Kernel.Observe;

/// <summary>A line of text that is being made: ASCII in a buffer of fixed size. What does not fit is left out.</summary>
internal sealed class TraceLine
{
    private readonly byte[] _bytes = new byte[2048];
    private int _length;

    internal ReadOnlySpan<byte> Text => _bytes.AsSpan(0, _length);

    internal int Length => _length;

    internal void Clear() => _length = 0;

    /// <summary>Cuts the line back to an earlier length.</summary>
    internal void Truncate(int length) => _length = length;

    internal void Append(ReadOnlySpan<byte> text)
    {
        text = text[..Math.Min(text.Length, _bytes.Length - _length)];
        text.CopyTo(_bytes.AsSpan(_length));
        _length += text.Length;
    }

    internal void Append(byte value) => Append([value]);

    internal void Append(string text)
    {
        foreach (char value in text)
        {
            Append(value < 0x80 ? (byte)value : (byte)'?');
        }
    }

    internal void AppendDecimal(long value)
    {
        Span<byte> digits = stackalloc byte[24];
        value.TryFormat(digits, out int length, default, null);
        Append(digits[..length]);
    }

    internal void AppendUnsigned(ulong value)
    {
        Span<byte> digits = stackalloc byte[24];
        value.TryFormat(digits, out int length, default, null);
        Append(digits[..length]);
    }

    /// <summary>With 0x before it.</summary>
    internal void AppendHex(ulong value)
    {
        Append("0x"u8);
        int shift = 60;
        while (shift > 0 && value >> shift == 0)
        {
            shift -= 4;
        }

        for (; shift >= 0; shift -= 4)
        {
            Append("0123456789abcdef"u8[(int)((value >> shift) & 15)]);
        }
    }

    /// <summary>With a zero before it, as C writes octal numbers.</summary>
    internal void AppendOctal(ulong value)
    {
        Append((byte)'0');
        int shift = 63;
        while (shift > 0 && value >> shift == 0)
        {
            shift -= 3;
        }

        for (; shift >= 0 && value != 0; shift -= 3)
        {
            Append((byte)('0' + (int)((value >> shift) & 7)));
        }
    }

    /// <summary>NULL or a hexadecimal address.</summary>
    internal void AppendAddress(ulong value)
    {
        if (value == 0)
        {
            Append("NULL"u8);
        }
        else
        {
            AppendHex(value);
        }
    }

    /// <summary>A C string literal: escapes as strace(1) writes them, octal with as few digits as the next byte allows.</summary>
    internal void AppendQuoted(ReadOnlySpan<byte> bytes)
    {
        Append((byte)'"');
        for (int i = 0; i < bytes.Length; i++)
        {
            byte value = bytes[i];
            ReadOnlySpan<byte> escape = value switch
            {
                (byte)'"' => "\\\""u8,
                (byte)'\\' => "\\\\"u8,
                (byte)'\n' => "\\n"u8,
                (byte)'\r' => "\\r"u8,
                (byte)'\t' => "\\t"u8,
                (byte)'\v' => "\\v"u8,
                (byte)'\f' => "\\f"u8,
                _ => default,
            };
            if (!escape.IsEmpty)
            {
                Append(escape);
            }
            else if (value is >= 0x20 and < 0x7f)
            {
                Append(value);
            }
            else
            {
                bool isDigitNext = i + 1 < bytes.Length && bytes[i + 1] is >= (byte)'0' and <= (byte)'9';
                AppendOctalEscape(value, isDigitNext ? 3 : value >= 64 ? 3 : value >= 8 ? 2 : 1);
            }
        }

        Append((byte)'"');
    }

    private void AppendOctalEscape(byte value, int digits)
    {
        Append((byte)'\\');
        for (int shift = (digits - 1) * 3; shift >= 0; shift -= 3)
        {
            Append((byte)('0' + ((value >> shift) & 7)));
        }
    }
}

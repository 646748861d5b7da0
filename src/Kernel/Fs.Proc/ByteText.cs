using System;
using Mote.Machine;

namespace Mote.Kernel.Fs.Proc;

/// <summary>A growing text of bytes; lent to one open file after the other.</summary>
public sealed class ByteText
{
    /// <summary>What is reserved before a text is made; most are far shorter. The maps of a program may take any number of times that.</summary>
    public const int ReservedBytes = 256 * 1024;

    private byte[] _bytes = new byte[1024];

    public int Length { get; private set; }

    /// <summary>What it takes of the heap.</summary>
    public int Capacity => _bytes.Length;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    /// <summary>There was no memory for the whole text; what is there is none.</summary>
    public bool IsTooLong { get; private set; }

    public void Clear()
    {
        Length = 0;
        IsTooLong = false;
    }

    public ByteText Add(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Length += bytes.Length;
        return this;
    }

    /// <summary>Adds an ASCII string.</summary>
    public ByteText Add(string text)
    {
        Span<byte> room = Room(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            room[i] = (byte)text[i];
        }

        Length += text.Length;
        return this;
    }

    public ByteText Add(byte value)
    {
        Room(1)[0] = value;
        Length++;
        return this;
    }

    public ByteText Add(ulong value) => AddRight(value, 0);

    public ByteText Add(long value) => value < 0 ? Add((byte)'-').Add(unchecked((ulong)-value)) : Add((ulong)value);

    public ByteText Add(int value) => Add((long)value);

    public ByteText Add(uint value) => Add((ulong)value);

    /// <summary>A decimal number, right-aligned by spaces.</summary>
    public ByteText AddRight(ulong value, int width)
    {
        Span<byte> digits = stackalloc byte[20];
        int at = digits.Length;
        do
        {
            digits[--at] = (byte)('0' + (value % 10));
            value /= 10;
        }
        while (value != 0);
        for (int i = digits.Length - at; i < width; i++)
        {
            Add((byte)' ');
        }

        return Add(digits[at..]);
    }

    /// <summary>A hexadecimal number with at least so many digits.</summary>
    public ByteText AddHex(ulong value, int digits)
    {
        int count = Math.Max(digits, Math.Max(1, (67 - System.Numerics.BitOperations.LeadingZeroCount(value)) / 4));
        Span<byte> room = Room(count);
        for (int i = count - 1; i >= 0; i--)
        {
            room[i] = "0123456789abcdef"u8[(int)(value & 15)];
            value >>= 4;
        }

        Length += count;
        return this;
    }

    /// <summary>A number of at most nine digits, filled up with zeros on the left.</summary>
    public ByteText AddPadded(uint value, int digits)
    {
        Span<byte> room = Room(digits);
        for (int i = digits - 1; i >= 0; i--)
        {
            room[i] = (byte)('0' + (value % 10));
            value /= 10;
        }

        Length += digits;
        return this;
    }

    /// <summary>An octal number with at least so many digits.</summary>
    public ByteText AddOctal(uint value, int digits)
    {
        Span<byte> text = stackalloc byte[11];
        int at = text.Length;
        do
        {
            text[--at] = (byte)('0' + (value & 7));
            value >>= 3;
        }
        while (value != 0 || text.Length - at < digits);
        return Add(text[at..]);
    }

    private Span<byte> Room(int count)
    {
        if (_bytes.Length - Length < count)
        {
            int size = Math.Max(_bytes.Length * 2, Length + count);
            if (size > ReservedBytes && !KernelHeap.CanAllocate(size))
            {
                IsTooLong = true;
                Length = 0; // the writer goes on; nobody reads it
            }
            else
            {
                Array.Resize(ref _bytes, size);
            }
        }

        return _bytes.AsSpan(Length, count);
    }
}

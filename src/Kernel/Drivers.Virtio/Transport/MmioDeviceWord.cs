using System;

namespace Mote.Kernel.Drivers.Virtio;

/// <summary>
/// A word <c>virtio_mmio.device=&lt;size&gt;@&lt;base&gt;:&lt;irq&gt;[:&lt;id&gt;]</c> of the kernel command line, as Linux reads it (drivers/virtio/virtio_mmio.c): numbers
/// are decimal, octal or hexadecimal by their prefix, the size may end in K, M or G.
/// </summary>
public readonly record struct MmioDeviceWord(ulong SizeBytes, ulong Base, int InterruptPin)
{
    private static ReadOnlySpan<byte> Key => "virtio_mmio.device="u8;

    /// <summary>False when the word is another one or malformed; <paramref name="isMalformed"/> tells which.</summary>
    public static bool TryParse(ReadOnlySpan<byte> word, out MmioDeviceWord device, out bool isMalformed)
    {
        device = default;
        isMalformed = false;
        if (!word.StartsWith(Key))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = word[Key.Length..];
        isMalformed = true;
        if (!TryNumber(ref rest, out ulong size) || !TryScale(ref rest, ref size) || !TrySeparator(ref rest, (byte)'@') ||
            !TryNumber(ref rest, out ulong start) || !TrySeparator(ref rest, (byte)':') || !TryNumber(ref rest, out ulong pin) || pin > byte.MaxValue)
        {
            return false;
        }

        // An id may follow; devices are told apart by their addresses here.
        if (!rest.IsEmpty && (!TrySeparator(ref rest, (byte)':') || !TryNumber(ref rest, out _) || !rest.IsEmpty))
        {
            return false;
        }

        isMalformed = false;
        device = new MmioDeviceWord(size, start, (int)pin);
        return true;
    }

    private static bool TrySeparator(ref ReadOnlySpan<byte> rest, byte separator)
    {
        if (rest.IsEmpty || rest[0] != separator)
        {
            return false;
        }

        rest = rest[1..];
        return true;
    }

    private static bool TryScale(ref ReadOnlySpan<byte> rest, ref ulong value)
    {
        int shift = rest.IsEmpty ? 0 : (rest[0] | 0x20) switch
        {
            'k' => 10,
            'm' => 20,
            'g' => 30,
            _ => 0,
        };
        if (shift != 0)
        {
            rest = rest[1..];
            if (value > ulong.MaxValue >> shift)
            {
                return false;
            }

            value <<= shift;
        }

        return true;
    }

    private static bool TryNumber(ref ReadOnlySpan<byte> rest, out ulong value)
    {
        value = 0;
        uint radix = 10;
        if (rest.Length > 1 && rest[0] == '0')
        {
            bool isHex = (rest[1] | 0x20) == 'x';
            radix = isHex ? 16u : 8u;
            rest = rest[(isHex ? 2 : 1)..];
            if (!isHex && Digit(rest[0]) >= radix)
            {
                return true; // a single zero
            }
        }

        int digits = 0;
        while (!rest.IsEmpty && Digit(rest[0]) < radix)
        {
            if (value > (ulong.MaxValue - 15) / radix)
            {
                return false;
            }

            value = (value * radix) + Digit(rest[0]);
            rest = rest[1..];
            digits++;
        }

        return digits > 0;
    }

    private static uint Digit(byte value) => value switch
    {
        >= (byte)'0' and <= (byte)'9' => (uint)value - '0',
        >= (byte)'a' and <= (byte)'f' => (uint)value - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => (uint)value - 'A' + 10,
        _ => uint.MaxValue,
    };
}

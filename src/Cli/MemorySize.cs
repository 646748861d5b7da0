using System;
using System.Globalization;

namespace Mote.Cli;

/// <summary>An amount of memory in bytes, as <c>--memory</c> takes it: a whole number and K, M, G or T (powers of 1024, B or iB may follow); without a letter, MiB as in QEMU.</summary>
internal readonly record struct MemorySize(long Bytes)
{
    public const long Mebi = 1024 * 1024;

    /// <summary>QEMU takes 47 bits at most for the machines used here; far less is a mistake already.</summary>
    private const long LimitBytes = 4L << 40;

    public long MebibytesRoundedUp => (Bytes + Mebi - 1) / Mebi;

    public static MemorySize FromMebibytes(long count) => new(count * Mebi);

    public static bool TryParse(ReadOnlySpan<char> text, out MemorySize size)
    {
        size = default;
        text = text.Trim();
        int digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits]))
        {
            digits++;
        }

        if (digits == 0 || !long.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            return false;
        }

        int shift;
        switch (text[digits..].ToString().ToUpperInvariant())
        {
            case "B":
                shift = 0;
                break;
            case "K" or "KB" or "KIB":
                shift = 10;
                break;
            case "" or "M" or "MB" or "MIB":
                shift = 20;
                break;
            case "G" or "GB" or "GIB":
                shift = 30;
                break;
            case "T" or "TB" or "TIB":
                shift = 40;
                break;
            default:
                return false;
        }

        if (number == 0 || number > LimitBytes >> shift)
        {
            return false;
        }

        size = new MemorySize(number << shift);
        return true;
    }

    /// <summary>The largest unit that divides it: <c>512M</c>, <c>1G</c>, <c>100K</c>.</summary>
    public override string ToString()
    {
        if (Bytes > 0 && Bytes % (1L << 30) == 0)
        {
            return (Bytes >> 30).ToString(CultureInfo.InvariantCulture) + "G";
        }

        if (Bytes % Mebi == 0)
        {
            return (Bytes >> 20).ToString(CultureInfo.InvariantCulture) + "M";
        }

        return (Bytes / 1024).ToString(CultureInfo.InvariantCulture) + "K";
    }
}

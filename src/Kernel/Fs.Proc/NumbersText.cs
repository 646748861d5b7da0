using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Fs.Proc;

/// <summary>
/// A setting of one or several numbers below /proc/sys, with the rules of proc_dointvec_minmax in kernel/sysctl.c: apart by white space, decimal, octal or hexadecimal; who writes fewer
/// leaves the others as they are; EINVAL for what is no number or out of range, and for what <paramref name="store"/> refuses.
/// </summary>
internal sealed class NumbersText(int count, int least, int most, Action<Span<int>> read, Func<ReadOnlySpan<int>, bool> store) : TextSource
{
    public override void Write(ByteText text)
    {
        Span<int> numbers = stackalloc int[count];
        read(numbers);
        for (int i = 0; i < count; i++)
        {
            text.Add(numbers[i]).Add(i + 1 < count ? "\t"u8 : "\n"u8);
        }
    }

    public override Errno Store(ReadOnlySpan<byte> bytes)
    {
        Span<int> numbers = stackalloc int[count];
        read(numbers);
        for (int i = 0; i < count; i++)
        {
            bytes = bytes.TrimStart(" \t\n"u8);
            if (bytes.IsEmpty && i > 0)
            {
                break;
            }

            int end = bytes.IndexOfAny(" \t\n\0"u8);
            ReadOnlySpan<byte> word = end < 0 ? bytes : bytes[..end];
            if (!NumberText.TryParse(word, out long number) || number < least || number > most)
            {
                return Errno.EINVAL;
            }

            numbers[i] = (int)number;
            bytes = bytes[word.Length..];
        }

        return store(numbers) ? Errno.None : Errno.EINVAL;
    }
}

using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Fs.Proc;

/// <summary>A setting of numbers that is kept and read back and means nothing here: a hint. Who writes fewer leaves the others as they are.</summary>
internal sealed class KeptNumbers : TextSource
{
    private readonly long[] _numbers;

    /// <summary>The numbers at the start, apart by white space.</summary>
    public KeptNumbers(ReadOnlySpan<byte> text)
    {
        int count = 0;
        foreach (ReadOnlySpan<byte> _ in new WordWalk(text))
        {
            count++;
        }

        _numbers = new long[count];
        count = 0;
        foreach (ReadOnlySpan<byte> word in new WordWalk(text))
        {
            _ = NumberText.TryParse(word, out _numbers[count++]); // the kernel's own
        }
    }

    public override void Write(ByteText text)
    {
        for (int i = 0; i < _numbers.Length; i++)
        {
            text.Add(_numbers[i]).Add(i + 1 < _numbers.Length ? "\t"u8 : "\n"u8);
        }
    }

    public override Errno Store(ReadOnlySpan<byte> bytes)
    {
        Span<long> given = stackalloc long[_numbers.Length];
        int count = 0;
        foreach (ReadOnlySpan<byte> word in new WordWalk(bytes))
        {
            if (count == given.Length)
            {
                break;
            }

            if (!NumberText.TryParse(word, out given[count]) || given[count] is < 0 or > int.MaxValue)
            {
                return Errno.EINVAL;
            }

            count++;
        }

        given[..count].CopyTo(_numbers);
        return count == 0 ? Errno.EINVAL : Errno.None;
    }
}

using System;
using System.Text;

namespace Mote.Kernel.Fs.Proc;

/// <summary>
/// Files whose contents never come from anywhere else, as lines of a table: a letter for what can be written, a name, a blank and the contents; "|" stands for the end of a line,
/// which the last one need not have. A name that ends in "/" is an empty directory.
/// "=": read-only. "!": what is there now can be written, anything else is EINVAL, for the machine has no other way. "~": numbers that are kept and read back, of which Linux promises
/// no effect that a program could see.
/// </summary>
internal static class TextTable
{
    private const uint Writable = 0x1a4;

    public static void AddTo(FixedDirectory directory, ReadOnlySpan<byte> table)
    {
        while (!table.IsEmpty)
        {
            int end = table.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? table : table[..end];
            table = end < 0 ? default : table[(end + 1)..];
            if (!line.IsEmpty)
            {
                AddLine(directory, line);
            }
        }
    }

    private static void AddLine(FixedDirectory directory, ReadOnlySpan<byte> line)
    {
        if (line.EndsWith("/"u8))
        {
            directory.AddDirectory(Encoding.ASCII.GetString(line[..^1]));
            return;
        }

        int blank = line.IndexOf((byte)' ');
        ReadOnlySpan<byte> text = blank < 0 ? default : line[(blank + 1)..];
        string name = Encoding.ASCII.GetString(line[1..(blank < 0 ? line.Length : blank)]);
        string contents = Encoding.ASCII.GetString(text).Replace('|', '\n');
        contents = contents.Length == 0 || contents.EndsWith('\n') ? contents : contents + "\n";
        switch (line[0])
        {
            case (byte)'=':
                directory.AddText(name, contents);
                break;
            case (byte)'!':
                directory.AddSource(name, new UnchangingText(contents), Writable);
                break;
            default:
                directory.AddSource(name, new KeptNumbers(text), Writable);
                break;
        }
    }
}

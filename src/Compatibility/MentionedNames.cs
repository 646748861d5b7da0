using System;
using System.Collections.Generic;
using System.Text;
using System.Text.RegularExpressions;
using Mote.Compatibility.Code;

namespace Mote.Compatibility;

/// <summary>Strings in a file's data that are names of the system: paths below /proc, /sys and /dev, and libraries.</summary>
internal static partial class MentionedNames
{
    private const int Longest = 200;

    /// <summary>Paths of the kernel's file systems.</summary>
    public static IEnumerable<string> Paths(CodeFile file)
    {
        foreach (string text in Strings(file, "/proc/", "/sys/", "/dev/"))
        {
            if (PlainPath().IsMatch(text))
            {
                yield return text;
            }
        }
    }

    /// <summary>Libraries, which a program may load by name (dlopen(3)).</summary>
    public static IEnumerable<string> Libraries(CodeFile file)
    {
        foreach (string text in Strings(file, "lib"))
        {
            if (Library().IsMatch(text))
            {
                yield return text;
            }
        }
    }

    /// <summary>Strings that begin so: printable ASCII with nothing printable before it and a zero behind it.</summary>
    private static IEnumerable<string> Strings(CodeFile file, params string[] beginnings)
    {
        foreach (ElfSegmentData segment in file.Segments)
        {
            foreach (string beginning in beginnings)
            {
                byte[] pattern = Encoding.ASCII.GetBytes(beginning);
                int at = 0;
                while (Next(segment.Bytes.Span, pattern, ref at) is { } text)
                {
                    yield return text;
                }
            }
        }
    }

    private static string? Next(ReadOnlySpan<byte> bytes, byte[] pattern, ref int at)
    {
        while (at < bytes.Length)
        {
            int found = bytes[at..].IndexOf(pattern);
            if (found < 0)
            {
                return null;
            }

            int start = at + found;
            at = start + 1;
            int length = bytes[start..].IndexOf((byte)0);
            bool isBeginning = start == 0 || bytes[start - 1] is < 0x20 or > 0x7e;
            if (isBeginning && length is > 0 and <= Longest && bytes.Slice(start, length).IndexOfAnyExceptInRange((byte)0x21, (byte)0x7e) < 0)
            {
                return Encoding.ASCII.GetString(bytes.Slice(start, length));
            }
        }

        return null;
    }

    [GeneratedRegex(@"^/[-\w./%+:]+$")]
    private static partial Regex PlainPath();

    [GeneratedRegex(@"^lib[-\w.+]+\.so\.\d+$")]
    private static partial Regex Library();
}

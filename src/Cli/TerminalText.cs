using System.Globalization;
using System.Text;

namespace Mote.Cli;

/// <summary>
/// Makes text of an image or a machine safe to show: what a terminal would obey, or what changes the order of what is read, is written as
/// its number. Names of files and programs may hold any byte.
/// </summary>
internal static class TerminalText
{
    /// <summary>Text of several lines: line feeds and tabs stay, and a carriage return before a line feed.</summary>
    public static string Escape(string text) => Escape(text, staysWhole: false);

    /// <summary>A name or another part of a line.</summary>
    public static string EscapeName(string text) => Escape(text, staysWhole: true);

    private static string Escape(string text, bool staysWhole)
    {
        int first = 0;
        while (first < text.Length && !IsUnsafe(text, first, staysWhole))
        {
            first++;
        }

        if (first == text.Length)
        {
            return text;
        }

        StringBuilder escaped = new(text, 0, first, text.Length + 16);
        for (int i = first; i < text.Length; i++)
        {
            char c = text[i];
            if (!IsUnsafe(text, i, staysWhole))
            {
                escaped.Append(c);
            }
            else if (c < 0x80)
            {
                escaped.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
            }
            else
            {
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
        }

        return escaped.ToString();
    }

    private static bool IsUnsafe(string text, int index, bool staysWhole)
    {
        char c = text[index];
        return c switch
        {
            '\n' or '\t' => staysWhole,
            '\r' => staysWhole || index + 1 == text.Length || text[index + 1] != '\n',
            < ' ' or (>= '\u007f' and <= '\u009f') => true,

            // Unicode's line separators and the controls of its bidirectional algorithm (UAX 9).
            '\u2028' or '\u2029' or '\u061c' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') => true,
            _ => false,
        };
    }
}

using System;
using System.Globalization;
using System.Text;

namespace Mote.Harness;

internal static class Text
{
    public static void Run()
    {
        string greeting = "Hello, Wörld €";
        Output.Line($"{greeting} {greeting.Length} {greeting.ToUpperInvariant()} {greeting[7..9]} {greeting.IndexOf("W", StringComparison.Ordinal)}");
        Output.Line(string.Join('|', "a,b,,c".Split(',')) + " " + "  trim ".Trim() + " " + "abcabc".Replace("bc", "-") + " " + "x".PadLeft(4, '.'));
        Output.Line($"{42:x8} {255:X} {-42:D5} {1234567.891:F2} {1e100} {0.1} {double.NaN} {1.0f / 3} {ulong.MaxValue} {long.MinValue}");
        Output.Line($"{12.5m * 3} {Guid.Empty} {new TimeSpan(1, 2, 3)} {true} {'c'}");
        Output.Line($"{int.Parse("-77")} {double.Parse("2.5e3", CultureInfo.InvariantCulture)} {int.TryParse("x", out _)} {ulong.Parse("ff", NumberStyles.HexNumber)} {Convert.ToHexString([1, 171])}");
        StringBuilder builder = new();
        for (int i = 0; i < 300; i++)
        {
            builder.Append(i).Append(' ');
        }

        builder.Insert(0, "start ").Replace("99 ", "");
        Output.Line($"{builder.Length} {builder.ToString().GetHashCode(StringComparison.Ordinal) == builder.ToString().GetHashCode(StringComparison.Ordinal)}");
        byte[] utf8 = Encoding.UTF8.GetBytes(greeting);
        Output.Line($"{utf8.Length} {Encoding.UTF8.GetString(utf8) == greeting} {Encoding.ASCII.GetString("plain"u8)} {string.CompareOrdinal("a", "b")}");
        Output.Line($"{"abc" == new string(['a', 'b', 'c'])} {string.Concat("a", 1, 'b')} {"mixed CASE".Equals("MIXED case", StringComparison.OrdinalIgnoreCase)} {string.IsNullOrWhiteSpace(" ")}");
        Span<char> characters = stackalloc char[40];
        12345.TryFormat(characters, out int written, "N0", CultureInfo.InvariantCulture);
        Output.Line(characters[..written].ToString() + " " + new string('=', 5) + " " + "a" + null + "b");
    }
}

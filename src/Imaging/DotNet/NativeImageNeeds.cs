using System;
using System.IO;
using System.Text;
using Mote.Imaging.Inputs;

namespace Mote.Imaging.DotNet;

/// <summary>
/// Looks into an executable that .NET compiled or bundled into one file. The parts of the class library that open ICU and OpenSSL are linked in when the program can
/// reach them only, and each carries messages of its own; a path of the time zone database is a string of the program.
/// </summary>
internal static class NativeImageNeeds
{
    private const int BlockBytes = 1 << 20;

    // src/native/libs of dotnet/runtime: System.Globalization.Native/pal_icushim.c, System.Security.Cryptography.Native/opensslshim.c.
    private static readonly byte[] s_icu = "from libicuuc"u8.ToArray();
    private static readonly byte[] s_openSsl = " from libssl\n"u8.ToArray();

    // TimeZoneInfo.Unix.NonAndroid.cs. A compiled program has its strings as UTF-16, packed such that the ends of one may be elsewhere.
    private static readonly byte[] s_zones = Encoding.Unicode.GetBytes("/share/zoneinfo");

    // TerminalFormatStrings: the console's colours and keys come from the descriptions of terminals.
    private static readonly byte[] s_terminals = Encoding.Unicode.GetBytes("terminfo");

    // A bundle has its settings as text.
    private static readonly byte[] s_invariant = "\"System.Globalization.Invariant\": true"u8.ToArray();

    public static DotNetNeeds Of(string path)
    {
        byte[][] marks = [s_icu, s_openSsl, s_zones, s_invariant, s_terminals];
        bool[] found = new bool[marks.Length];
        using FileStream file = HostFiles.Open(path);
        const int overlap = 64;
        byte[] buffer = new byte[BlockBytes + overlap];
        int kept = 0;
        for (int count; (count = file.ReadAtLeast(buffer.AsSpan(kept), 1, throwOnEndOfStream: false)) > 0;)
        {
            Span<byte> block = buffer.AsSpan(0, kept + count);
            for (int i = 0; i < marks.Length; i++)
            {
                found[i] |= block.IndexOf(marks[i]) >= 0;
            }

            kept = Math.Min(overlap, block.Length);
            block[^kept..].CopyTo(buffer);
        }

        return new DotNetNeeds(found[0] && !found[3], found[1], found[2], found[4]);
    }
}

using System;
using System.Text;

namespace Mote.Kernel.Processes;

/// <summary>Bytes and numbers for reports.</summary>
internal static class Text
{
    internal static string Of(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    internal static string Hex(ulong value) => "0x" + value.ToString("x");
}

using System;

namespace Mote.Kernel.Net.Wire;

/// <summary>An option of a discovery message: a kind, a length in units of eight bytes, a value (RFC 4861, 4.6).</summary>
public readonly ref struct NdOption
{
    public const byte SourceLinkAddress = 1;
    public const byte TargetLinkAddress = 2;
    public const byte PrefixInformation = 3;
    public const byte MtuKind = 5;

    /// <summary>Recursive DNS servers (RFC 8106, 5.1).</summary>
    public const byte DnsServers = 25;

    private NdOption(byte kind, ReadOnlySpan<byte> value)
    {
        Kind = kind;
        Value = value;
    }

    public byte Kind { get; }

    /// <summary>What follows kind and length.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Takes the first option off; false at the end or where the rest is no option.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> bytes, out NdOption option)
    {
        option = default;
        if (bytes.Length < 8 || bytes[1] * 8 is int length && (length == 0 || length > bytes.Length))
        {
            return false;
        }

        option = new NdOption(bytes[0], bytes[2..length]);
        bytes = bytes[length..];
        return true;
    }

    /// <summary>Whether all that is there is options. A message with one of length zero is to be dropped (RFC 4861, 4.6).</summary>
    public static bool AreWhole(ReadOnlySpan<byte> bytes)
    {
        while (TryTake(ref bytes, out _))
        {
        }

        return bytes.IsEmpty;
    }
}

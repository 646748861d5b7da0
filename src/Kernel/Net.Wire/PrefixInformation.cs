using System;
using System.Buffers.Binary;

namespace Mote.Kernel.Net.Wire;

/// <summary>A prefix that a router advertises (RFC 4861, 4.6.2). Lifetimes are in seconds; all ones is for ever.</summary>
/// <param name="Prefix">The prefix.</param>
/// <param name="Length">Its length in bits.</param>
/// <param name="IsOnLink">Its addresses are neighbours.</param>
/// <param name="IsAutonomous">Hosts may make addresses of it.</param>
/// <param name="ValidLifetime">How long addresses of it are valid.</param>
public readonly record struct PrefixInformation(IpAddress Prefix, int Length, bool IsOnLink, bool IsAutonomous, uint ValidLifetime)
{
    /// <summary>Bytes of the option's value.</summary>
    public const int ValueBytes = 30;

    public static bool TryParse(ReadOnlySpan<byte> value, out PrefixInformation prefix)
    {
        prefix = default;
        if (value.Length != ValueBytes || value[0] > 128)
        {
            return false;
        }

        prefix = new PrefixInformation(IpAddress.ReadV6(value[14..]), value[0], (value[1] & 0x80) != 0, (value[1] & 0x40) != 0, BinaryPrimitives.ReadUInt32BigEndian(value[2..]));
        return true;
    }
}

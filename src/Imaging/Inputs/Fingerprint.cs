using System;
using System.Text;

namespace Mote.Imaging.Inputs;

/// <summary>
/// Short names for long texts: FNV-1a with 128 bits (RFC 9923). Not a cryptographic hash on purpose: loading the host's OpenSSL for one would take longer than
/// all else when nothing has changed, and nobody gains by making two of a user's own cache entries collide.
/// </summary>
internal static class Fingerprint
{
    private static readonly UInt128 s_offset = new(0x6c62272e07bb0142, 0x62b821756295c58d);
    private static readonly UInt128 s_prime = new(0x0000000001000000, 0x000000000000013B);

    /// <summary>32 hexadecimal digits.</summary>
    public static string Of(string text)
    {
        UInt128 hash = s_offset;
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            hash = unchecked((hash ^ value) * s_prime);
        }

        return hash.ToString("x32", System.Globalization.CultureInfo.InvariantCulture);
    }
}

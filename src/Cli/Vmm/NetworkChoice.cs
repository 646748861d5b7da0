using System;
using System.Collections.Generic;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mote.Cli.Vmm;

/// <summary>
/// What <c>--net</c> says: <c>none</c>, <c>user</c>, or <c>tap=NAME</c> with <c>ip=</c>, <c>gw=</c> (of either family, each may be given twice) and <c>dns=</c> behind it, apart by commas. A tap
/// without an address asks for one by DHCP.
/// </summary>
internal sealed record NetworkChoice(NetworkKind Kind, string TapName, string KernelWords)
{
    public const string Expected = "none, user, or tap=NAME[,ip=ADDRESS/LENGTH][,gw=ADDRESS][,dns=ADDRESS]";

    /// <summary>IFNAMSIZ, less the NUL.</summary>
    private const int LongestName = 15;

    /// <summary>The addresses that QEMU's user network always gives (qemu(1), -netdev user): to know them saves the machine the asking.</summary>
    private const string UserAddresses = "ip=10.0.2.15/24,gw=10.0.2.2,dns=10.0.2.3";

    public static NetworkChoice None { get; } = new(NetworkKind.None, "", "");

    public static NetworkChoice User { get; } = new(NetworkKind.User, "", UserAddresses);

    /// <summary>Without a router and name servers, which would be of no use.</summary>
    public static NetworkChoice Closed { get; } = new(NetworkKind.Closed, "", "ip=10.0.2.15/24");

    public static bool TryParse(ReadOnlySpan<char> text, out NetworkChoice? choice)
    {
        choice = text switch
        {
            "none" => None,
            "user" => User,
            _ => ParseTap(text.ToString().Split(',')),
        };
        return choice is not null;
    }

    private static NetworkChoice? ParseTap(string[] parts)
    {
        const string Tap = "tap=";
        if (!parts[0].StartsWith(Tap, StringComparison.Ordinal) || parts[0].Length is 4 or > 4 + LongestName || parts[0].Contains('/', StringComparison.Ordinal))
        {
            return null;
        }

        HashSet<AddressFamily> addresses = [];
        HashSet<AddressFamily> gateways = [];
        foreach (string part in parts.AsSpan(1))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string value = part[(equals + 1)..];
            bool isGood = part[..Math.Max(equals, 0)] switch
            {
                "ip" => IsAddressWithLength(value, out AddressFamily family) && addresses.Add(family),
                "gw" => IsAddress(value, out AddressFamily family) && gateways.Add(family),
                "dns" => IsAddress(value, out _),
                _ => false,
            };
            if (!isGood)
            {
                return null;
            }
        }

        // A router without an address to reach it from is a slip of the pen.
        return gateways.IsSubsetOf(addresses)
            ? new NetworkChoice(NetworkKind.Tap, parts[0][Tap.Length..], addresses.Count == 0 ? string.Join(',', ["dhcp", .. parts.AsSpan(1)]) : string.Join(',', parts.AsSpan(1)))
            : null;
    }

    private static bool IsAddressWithLength(string text, out AddressFamily family)
    {
        family = default;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && IsAddress(text[..slash], out family) &&
            int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int length) &&
            length > 0 && length <= (family == AddressFamily.InterNetwork ? 32 : 128);
    }

    private static bool IsAddress(string text, out AddressFamily family)
    {
        bool isAddress = IPAddress.TryParse(text, out IPAddress? address) && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text);
        family = isAddress ? address!.AddressFamily : default;
        return isAddress && !text.Contains('%', StringComparison.Ordinal);
    }
}

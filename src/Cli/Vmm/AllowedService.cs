using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;

namespace Mote.Cli.Vmm;

/// <summary>
/// A service outside that the machine may reach: <c>[NAME=]HOST:PORT</c>, by TCP. Each host has an address of the machine's network, from
/// 10.0.2.100 on in the order in which they are first named, and the
/// program finds it by its name (/etc/hosts): the one that is given, that of the host, or <c>host.mote.internal</c> for this computer.
/// The host's name is looked up on this computer, at each connection.
/// </summary>
/// <param name="Name">Empty for an address that was given no name.</param>
internal sealed record AllowedService(string Name, string Host, int Port, IPAddress Address)
{
    public const string Expected = "[name=]host:port, such as db.example.org:5432 or cache=127.0.0.1:6379";

    /// <summary>What this computer is called inside.</summary>
    private const string ThisComputer = "host.mote.internal";

    private const int FirstAddress = 100;
    private const int LastAddress = 254;

    public static bool TryParse(ReadOnlySpan<char> text, out AllowedService? service)
    {
        service = null;
        int equals = text.IndexOf('=');
        string name = equals < 0 ? "" : text[..equals].ToString();
        ReadOnlySpan<char> rest = text[(equals + 1)..];
        int colon = rest.LastIndexOf(':');
        if ((equals >= 0 && !IsName(name)) || colon <= 0
            || !int.TryParse(rest[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port is 0 or > ushort.MaxValue)
        {
            return false;
        }

        string host = rest[..colon].ToString();
        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            host = host[1..^1];
        }

        bool isAddress = IPAddress.TryParse(host, out IPAddress? address);
        if (!isAddress && !IsName(host))
        {
            return false;
        }

        bool isHere = isAddress ? IPAddress.IsLoopback(address!) : host.Equals("localhost", StringComparison.OrdinalIgnoreCase);
        service = new AllowedService(name.Length > 0 ? name : isHere ? ThisComputer : isAddress ? "" : host, host, port, IPAddress.None);
        return true;
    }

    /// <summary>Gives each host its address. The texts must be good.</summary>
    public static IReadOnlyList<AllowedService> ParseAll(IReadOnlyList<string> texts)
    {
        List<AllowedService> services = [];
        Dictionary<(string, string), IPAddress> addresses = [];
        foreach (string text in texts)
        {
            if (!TryParse(text, out AllowedService? service))
            {
                throw new CliException($"--allow: '{text}' is not {Expected}");
            }

            (string, string) key = (service!.Name, service.Host);
            if (!addresses.TryGetValue(key, out IPAddress? address))
            {
                int last = FirstAddress + addresses.Count;
                address = last <= LastAddress
                    ? new IPAddress([10, 0, 2, (byte)last])
                    : throw new CliException($"--allow takes {LastAddress - FirstAddress + 1} hosts at most");
                addresses.Add(key, address);
            }

            services.Add(service with { Address = address });
        }

        return services.Distinct().ToList();
    }

    /// <summary>QEMU's guestfwd= rule: the command is started for each connection, which is its standard input and output.</summary>
    /// <param name="relay">The words that start the tool's relay.</param>
    public string ToRule(IReadOnlyList<string> relay) => string.Create(
        CultureInfo.InvariantCulture, $"tcp:{Address}:{Port}-cmd:{string.Join(' ', relay.Select(Quote))} {Quote(Host)} {Port}");

    /// <summary>As a shell takes it (g_shell_parse_argv).</summary>
    private static string Quote(string word) => "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    /// <summary>A host name (RFC 1123, 2.1), as /etc/hosts and the kernel's words can carry it.</summary>
    private static bool IsName(string text) =>
        text.Length is > 0 and <= 253 && text[0] != '-' && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_');
}

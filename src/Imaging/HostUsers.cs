using System;
using System.Collections.Generic;
using System.Globalization;

namespace Mote.Imaging;

/// <summary>
/// The users and groups of the system that packages of the host have made (passwd(5), group(5)): servers look for their own by name. People's accounts stay outside, and so do
/// passwords: there is no shadow file.
/// </summary>
internal static class HostUsers
{
    // SYS_UID_MAX of login.defs(5): above are people, and at its end nobody, whom the base has.
    private const int LastOfSystem = 999;

    private const string BaseUsers = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
    private const string BaseGroups = "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n";

    /// <summary>The image's /etc/passwd, given the host's.</summary>
    public static string Passwd(string host)
    {
        var text = new List<string>(BaseUsers.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        HashSet<string> names = NamesOf(text);
        foreach (string line in host.Split('\n'))
        {
            string[] fields = line.Split(':');
            if (fields.Length == 7 && IsOfSystem(fields[2]) && names.Add(fields[0]))
            {
                fields[1] = "x";
                text.Add(string.Join(':', fields));
            }
        }

        return string.Join('\n', text) + "\n";
    }

    /// <summary>The image's /etc/group, given the host's and the image's /etc/passwd: people are no members.</summary>
    public static string Group(string host, string passwd)
    {
        HashSet<string> users = NamesOf(passwd.Split('\n'));
        var text = new List<string>(BaseGroups.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        HashSet<string> names = NamesOf(text);
        foreach (string line in host.Split('\n'))
        {
            string[] fields = line.Split(':');
            if (fields.Length == 4 && IsOfSystem(fields[2]) && names.Add(fields[0]))
            {
                string[] members = Array.FindAll(fields[3].Split(','), users.Contains);
                text.Add($"{fields[0]}:x:{fields[2]}:{string.Join(',', members)}");
            }
        }

        return string.Join('\n', text) + "\n";
    }

    /// <summary>The numbers of a user and its group; root's where there is no such user.</summary>
    public static (uint User, uint Group) Find(string passwd, string name)
    {
        foreach (string line in passwd.Split('\n'))
        {
            string[] fields = line.Split(':');
            if (fields.Length == 7 && fields[0] == name && uint.TryParse(fields[2], CultureInfo.InvariantCulture, out uint user) && uint.TryParse(fields[3], CultureInfo.InvariantCulture, out uint group))
            {
                return (user, group);
            }
        }

        return (0, 0);
    }

    private static bool IsOfSystem(string id) => int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is > 0 and <= LastOfSystem;

    private static HashSet<string> NamesOf(IEnumerable<string> lines)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (string line in lines)
        {
            names.Add(line.Split(':')[0]);
        }

        return names;
    }
}

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;
using Mote.Tests.Unit.Syscalls;
using Mote.Tests.Unit.Vfs;
using Xunit;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Tests.Unit.Sockets;

/// <summary>
/// docs/compat/sockets.md says of each option of Linux 6.1 what the kernel's sockets say to it, and the guest test sockoptions.c leaves out those that are refused, and no others. Set MOTE_UPDATE_DOCS=1
/// to write both anew.
/// </summary>
public sealed class SocketsPageTests
{
    private const int LastOption = 127;

    private static readonly (string Name, AddressFamily Family, SocketKind Kind)[] s_kinds =
    [
        ("tcp", AddressFamily.Inet, SocketKind.Stream), ("udp", AddressFamily.Inet, SocketKind.Datagram), ("tcp6", AddressFamily.Inet6, SocketKind.Stream),
        ("udp6", AddressFamily.Inet6, SocketKind.Datagram), ("unix", AddressFamily.Unix, SocketKind.Stream), ("unix dgram", AddressFamily.Unix, SocketKind.Datagram),
    ];

    private static readonly SocketSystem s_system = CreateSystem();

    /// <summary>Options whose values depend on what other tests look at (errorqueue.c, tcpoptions.c), or that Linux versions after 6.1 treat otherwise.</summary>
    private static readonly (SocketLevel Level, int Option)[] s_elsewhere =
    [
        (SocketLevel.Socket, 15), (SocketLevel.Socket, 16), (SocketLevel.Socket, 29), (SocketLevel.Socket, 34), (SocketLevel.Socket, 35), (SocketLevel.Socket, 37), (SocketLevel.Socket, 42), (SocketLevel.Socket, 45), (SocketLevel.Socket, 60),
        (SocketLevel.Socket, 63), (SocketLevel.Socket, 64), (SocketLevel.Socket, 65), (SocketLevel.Ip, 4), (SocketLevel.Ip, 11), (SocketLevel.Ip, 26), (SocketLevel.Ipv6, 16), (SocketLevel.Ipv6, 17), (SocketLevel.Ipv6, 24), (SocketLevel.Ipv6, 25), (SocketLevel.Ipv6, 31), (SocketLevel.Udp, 100),
        (SocketLevel.Udp, 103), (SocketLevel.Udp, 104),
    ];

    [Fact]
    public void The_page_in_the_repository_is_what_sockets_say() => Check(ToPage(), "docs", "compat", "sockets.md");

    [Fact]
    public void The_guest_test_leaves_out_what_is_refused() => Check(ToHeader(), "tests", "Guest", "c", "sockoptions-refused.h");

    [Fact]
    public void No_option_without_a_name_is_taken()
    {
        foreach ((SocketLevel level, _, IReadOnlyList<(int Number, string Name)> options) in SocketOptionNames.Levels)
        {
            for (int option = 0; option <= LastOption; option++)
            {
                if (options.All(each => each.Number != option))
                {
                    Assert.False(IsThere(level, option), $"level {level}, option {option}");
                }
            }
        }
    }

    private static void Check(string text, params string[] place)
    {
        string path = Path.Combine([RepositoryRoot.Find(), .. place]);
        if (Environment.GetEnvironmentVariable("MOTE_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, text);
        }

        Assert.Equal(text, File.ReadAllText(path));
    }

    private static string ToPage()
    {
        StringBuilder page = new();
        page.Append("# Options of sockets\n\n");
        page.Append("Generated from what the kernel's sockets say: do not edit. `MOTE_UPDATE_DOCS=1 ./mote test unit` writes it anew.\n\n");
        page.Append("Each option of Linux 6.1's headers, and for which sockets it can be read and set. What is not there says ENOPROTOOPT (or EOPNOTSUPP), as a kernel without the feature does.\n");
        page.Append("`tests/Guest/c/sockoptions.c` holds that what is there has Linux's values, defaults, limits, lengths and errors. Options of TCP: `tests/Guest/c/tcpoptions.c`.\n\n");
        page.Append("Without wireless cards, packet sockets and security modules some options are kept and have nothing to act on, as on such a Linux: SO_WIFI_STATUS, SO_NOFCS, SO_PASSSEC, IP_PASSSEC.\n");
        page.Append("Filters of classic BPF (SO_ATTACH_FILTER) are asked about datagrams, messages and packets of AF_UNIX and netlink, and kept by streams of AF_UNIX, whose data Linux does not ask about either; on TCP they are\n");
        page.Append("ENOPROTOOPT, so that no segment pays for the question. `tests/Guest/c/socketfilters.c` compares them with Linux. SO_BUSY_POLL, SO_PREFER_BUSY_POLL, SO_BUSY_POLL_BUDGET and SO_TXREHASH are kept: no card is polled\n");
        page.Append("by who waits, and there is one way to each place. IPV6_ADDRFORM is EBUSY where Linux would make a socket of IPv4 of one of IPv6.\n");
        page.Append("SO_INCOMING_CPU has one CPU to choose from, IPV6_ADDR_PREFERENCES one kind of address. IP_TRANSPARENT lets a socket be bound to any address; no packet is led to it that is for another machine.\n");
        foreach ((SocketLevel level, string title, IReadOnlyList<(int Number, string Name)> options) in SocketOptionNames.Levels)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n| number | option | read | set |\n|---:|---|---|---|\n");
            foreach ((int number, string name) in options)
            {
                page.Append(CultureInfo.InvariantCulture, $"| {number} | `{name}` | {Kinds(kind => CanGet(kind, level, number))} | {Kinds(kind => CanSet(kind, level, number))} |\n");
            }
        }

        return page.ToString();
    }

    private static string ToHeader()
    {
        StringBuilder header = new();
        header.Append("/* Generated from docs/compat/sockets.md's source: options that are refused, that are later than Linux 6.1, or that other tests look at. */\n");
        foreach ((SocketLevel level, _, IReadOnlyList<(int Number, string Name)> options) in SocketOptionNames.Levels)
        {
            for (int option = 0; option <= LastOption; option++)
            {
                bool isTested = options.Any(each => each.Number == option) && IsThere(level, option) && !s_elsewhere.Contains((level, option));
                header.Append(isTested ? "" : string.Create(CultureInfo.InvariantCulture, $"    {{{(int)level}, {option}}},\n"));
            }
        }

        return header.ToString();
    }

    private static string Kinds(Func<Socket, bool> isFor)
    {
        string[] names = [.. s_kinds.Where(kind => isFor(Create(kind.Family, kind.Kind))).Select(kind => kind.Name)];
        return names.Length == s_kinds.Length ? "all" : names.Length == 0 ? "no" : string.Join(", ", names);
    }

    private static bool IsThere(SocketLevel level, int option) =>
        s_kinds.Any(kind => CanGet(Create(kind.Family, kind.Kind), level, option) || CanSet(Create(kind.Family, kind.Kind), level, option));

    private static bool CanGet(Socket socket, SocketLevel level, int option)
    {
        Result<int> result = socket.GetOption((int)level, option, new byte[1536]);
        return result.IsOk || !IsRefusal(result.Error);
    }

    /// <summary>Whether it is anything but refused, for values of the lengths that there are.</summary>
    private static bool CanSet(Socket socket, SocketLevel level, int option)
    {
        foreach (int length in (ReadOnlySpan<int>)[4, 8, 16, 20, 136, 0])
        {
            byte[] value = new byte[length];
            Errno error = socket.SetOption((int)level, option, value);
            if (error == Errno.None)
            {
                return true;
            }

            if (length > 0)
            {
                value[0] = 1;
                error = socket.SetOption((int)level, option, value);
            }

            if (IsRefusal(error))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsRefusal(Errno error) => error is Errno.ENOPROTOOPT or Errno.EOPNOTSUPP;

    private static Socket Create(AddressFamily family, SocketKind kind) => s_system.Create((int)family, (int)kind, 0, OpenFlags.ReadOnly).Value;

    private static SocketSystem CreateSystem()
    {
        TestTree tree = new();
        return new SocketSystem(tree.Tree, new TestCaller(tree.Context), new Network(new TimerQueue(), new FixedRandom()));
    }
}

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
using Mote.Machine;
using Mote.Tests.Unit.Machine;
using Mote.Tests.Unit.Syscalls;
using Mote.Tests.Unit.Vfs;
using Xunit;
using AddressFamily = Mote.Abi.Linux.AddressFamily;

namespace Mote.Tests.Unit.Sockets;

/// <summary>
/// docs/compat/socket-requests.md says of each request of linux/sockios.h what the kernel's sockets say to it when it is about the loopback
/// and a privileged program asks. Set MOTE_UPDATE_DOCS=1 to write it
/// anew. tests/Guest/c/interfacerequests.c compares the same with Linux.
/// </summary>
public sealed class RequestsPageTests
{
    private const ulong Page = 0x40_0000;

    private const string Names =
        "5411 SIOCOUTQ 541b SIOCINQ 8905 SIOCATMARK 8906 SIOCGSTAMP_OLD 8907 SIOCGSTAMPNS_OLD 890b SIOCADDRT 890c SIOCDELRT 890d SIOCRTMSG 8910 SIOCGIFNAME 8911 SIOCSIFLINK 8912 SIOCGIFCONF 8913 SIOCGIFFLAGS " +
        "8914 SIOCSIFFLAGS 8915 SIOCGIFADDR 8916 SIOCSIFADDR 8917 SIOCGIFDSTADDR 8918 SIOCSIFDSTADDR 8919 SIOCGIFBRDADDR 891a SIOCSIFBRDADDR 891b SIOCGIFNETMASK 891c SIOCSIFNETMASK 891d SIOCGIFMETRIC " +
        "891e SIOCSIFMETRIC 891f SIOCGIFMEM 8920 SIOCSIFMEM 8921 SIOCGIFMTU 8922 SIOCSIFMTU 8923 SIOCSIFNAME 8924 SIOCSIFHWADDR 8925 SIOCGIFENCAP 8926 SIOCSIFENCAP 8927 SIOCGIFHWADDR 8929 SIOCGIFSLAVE " +
        "8930 SIOCSIFSLAVE 8931 SIOCADDMULTI 8932 SIOCDELMULTI 8933 SIOCGIFINDEX 8934 SIOCSIFPFLAGS 8935 SIOCGIFPFLAGS 8936 SIOCDIFADDR 8937 SIOCSIFHWBROADCAST 8938 SIOCGIFCOUNT 8940 SIOCGIFBR " +
        "8941 SIOCSIFBR 8942 SIOCGIFTXQLEN 8943 SIOCSIFTXQLEN 8946 SIOCETHTOOL 8947 SIOCGMIIPHY 8948 SIOCGMIIREG 8949 SIOCSMIIREG 894a SIOCWANDEV 894b SIOCOUTQNSD 894c SIOCGSKNS 8953 SIOCDARP 8954 SIOCGARP " +
        "8955 SIOCSARP 8960 SIOCDRARP 8961 SIOCGRARP 8962 SIOCSRARP 8970 SIOCGIFMAP 8971 SIOCSIFMAP 8980 SIOCADDDLCI 8981 SIOCDELDLCI 8982 SIOCGIFVLAN 8983 SIOCSIFVLAN 8990 SIOCBONDENSLAVE " +
        "8991 SIOCBONDRELEASE 8992 SIOCBONDSETHWADDR 8993 SIOCBONDSLAVEINFOQUERY 8994 SIOCBONDINFOQUERY 8995 SIOCBONDCHANGEACTIVE 89a0 SIOCBRADDBR 89a1 SIOCBRDELBR 89a2 SIOCBRADDIF 89a3 SIOCBRDELIF " +
        "89b0 SIOCSHWTSTAMP 89b1 SIOCGHWTSTAMP 89e0 SIOCPROTOPRIVATE 89f0 SIOCDEVPRIVATE 8b01 SIOCGIWNAME 80108906 SIOCGSTAMP_NEW 80108907 SIOCGSTAMPNS_NEW";

    private static readonly (string Name, AddressFamily Family, SocketKind Kind, int Protocol)[] s_kinds =
    [
        ("tcp", AddressFamily.Inet, SocketKind.Stream, 0), ("udp", AddressFamily.Inet, SocketKind.Datagram, 0), ("raw", AddressFamily.Inet, SocketKind.Raw, 1), ("tcp6", AddressFamily.Inet6, SocketKind.Stream, 0),
        ("udp6", AddressFamily.Inet6, SocketKind.Datagram, 0), ("unix", AddressFamily.Unix, SocketKind.Stream, 0), ("unix dgram", AddressFamily.Unix, SocketKind.Datagram, 0),
        ("netlink", AddressFamily.Netlink, SocketKind.Raw, 0),
    ];

    private readonly AddressSpace _space;
    private readonly SocketSystem _system;

    public RequestsPageTests()
    {
        HostedMachine.Start();
        Assert.True(AddressSpace.TryCreate(new RecordingFaults(), out AddressSpace? space));
        _space = space!;
        Assert.True(Frame.TryAllocate(FrameFill.Zero, out Frame frame));
        Assert.True(_space.TryMap(new VirtAddr(Page), frame, PageAccess.Read | PageAccess.Write));
        TestTree tree = new();
        _system = new SocketSystem(tree.Tree, new TestCaller(tree.Context), new Network(new TimerQueue(), new FixedRandom()));
    }

    [Fact]
    public void The_page_in_the_repository_is_what_sockets_say()
    {
        string path = Path.Combine(RepositoryRoot.Find(), "docs", "compat", "socket-requests.md");
        string text = ToPage();
        if (Environment.GetEnvironmentVariable("MOTE_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, text);
        }

        Assert.Equal(text, File.ReadAllText(path));
    }

    private string ToPage()
    {
        StringBuilder page = new();
        page.Append("# Requests of ioctl(2) to sockets\n\n");
        page.Append("Generated from what the kernel's sockets say: do not edit. `MOTE_UPDATE_DOCS=1 ./mote test unit` writes it anew.\n\n");
        page.Append("Each request of Linux 6.1's headers, and what a privileged program hears that sends it about the loopback with everything else zero. `ok` works; an error is Linux's, of a machine that has no such devices or\n");
        page.Append("of a request that is wrong so. `tests/Guest/c/interfacerequests.c` compares all numbers from 0x8900 to 0x89ff with Linux, with and without CAP_NET_ADMIN.\n\n");
        page.Append("Refused where Linux would do it: SIOCUNIXFILE (SIOCPROTOPRIVATE of AF_UNIX; EOPNOTSUPP for a socket with a path), SIOCGSKNS (EINVAL, as without network namespaces), SIOCSIFNAME of a new name, a hardware\n");
        page.Append("address, a length of the queue and a peer of a point-to-point link (EOPNOTSUPP), published and temporary entries of SIOCSARP, routes that refuse or have a metric of their own (EOPNOTSUPP), bridges and VLANs\n");
        page.Append("(ENOPKG, as without their modules), requests of wireless cards (ENOTTY, as without wireless extensions). FIOSETOWN, FIOGETOWN, SIOCSPGRP and SIOCGPGRP work on all sockets.\n");
        page.Append("SIOCETHTOOL tells the link, features, the driver, link settings without a speed, the permanent address and kinds of time stamps; features cannot be changed, and all else is EOPNOTSUPP as from a driver without it.\n\n");
        page.Append("| number | request | answer |\n|---:|---|---|\n");
        string[] words = Names.Split(' ');
        for (int i = 0; i < words.Length; i += 2)
        {
            uint number = uint.Parse(words[i], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            page.Append(CultureInfo.InvariantCulture, $"| 0x{number:x} | `{words[i + 1]}` | {Answers(number)} |\n");
        }

        return page.ToString();
    }

    /// <summary>What each kind of socket says, those that say the same together.</summary>
    private string Answers(uint request)
    {
        List<(string Answer, List<string> Kinds)> answers = [];
        foreach ((string name, AddressFamily family, SocketKind kind, int protocol) in s_kinds)
        {
            Socket socket = _system.Create((int)family, (int)kind, protocol, OpenFlags.ReadOnly).Value;
            byte[] bytes = new byte[PageSize.Bytes];
            "lo"u8.CopyTo(bytes);
            Assert.Equal(bytes.Length, _space.Write(new VirtAddr(Page), bytes));
            Result<long> result = socket.Control(request, Page, _space);
            string answer = result.IsOk ? "ok" : result.Error.ToString();
            socket.Release();
            if (answers.FirstOrDefault(each => each.Answer == answer).Kinds is { } same)
            {
                same.Add(name);
            }
            else
            {
                answers.Add((answer, [name]));
            }
        }

        return answers.Count == 1 ? answers[0].Answer : string.Join("; ", answers.Select(each => $"{each.Answer}: {string.Join(", ", each.Kinds)}"));
    }
}

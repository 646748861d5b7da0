// Requests of ioctl(2) to sockets: each number of linux/sockios.h at each kind of socket, what netdevice(7) and arp(7) have, and who may
// change what.
// On the host it runs in a network of its own, so that the host's stays as it is; Mote's has a loopback too and nothing else.
#include "errors.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <net/route.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/utsname.h>

#define BAD ((void *)0x7030000000)
#ifndef SIOCETHTOOL
#define SIOCETHTOOL 0x8946
#endif
#undef SIOCGSTAMP
#undef SIOCGSTAMPNS
#define SIOCGSTAMP 0x8906
#define SIOCGSTAMPNS 0x8907
#define KINDS 9

static const struct {
    const char *name;
    int family, type, protocol;
} kinds[KINDS] = {
    {"tcp", AF_INET, SOCK_STREAM, 0}, {"udp", AF_INET, SOCK_DGRAM, 0}, {"raw", AF_INET, SOCK_RAW, IPPROTO_ICMP},
    {"tcp6", AF_INET6, SOCK_STREAM, 0}, {"udp6", AF_INET6, SOCK_DGRAM, 0}, {"raw6", AF_INET6, SOCK_RAW, IPPROTO_ICMPV6},
    {"unix", AF_UNIX, SOCK_STREAM, 0}, {"dgram", AF_UNIX, SOCK_DGRAM, 0}, {"netlink", AF_NETLINK, SOCK_RAW, 0},
};

static int fds[KINDS];

static const char *nameOf(int error)
{
    return error == 0 ? "ok" : strerrorname_np(error);
}

// The effective set of capabilities without this one, or with all that are permitted.
static void setAdmin(int isAdmin)
{
    struct { unsigned version; int pid; } header = {0x20080522, 0};
    struct { unsigned effective, permitted, inheritable; } data[2];
    syscall(SYS_capget, &header, data);
    data[0].effective = isAdmin ? data[0].permitted : data[0].permitted & ~(1u << 12);
    syscall(SYS_capset, &header, data);
}

// One request at all kinds of sockets, in as few words as say it.
static void show(unsigned request, const char *device)
{
    int errors[KINDS], isSame = 1;
    for (int i = 0; i < KINDS; i++) {
        char bytes[256] = {0};
        if (device != NULL) {
            strcpy(bytes, device);
        }
        errno = 0;
        errors[i] = ioctl(fds[i], request, device == NULL ? BAD : bytes) >= 0 ? 0 : errno;
        isSame &= errors[i] == errors[0];
    }
    if (isSame && errors[0] == ENOTTY) {
        return;
    }
    printf("%#x %s:", request, device == NULL ? "(bad)" : device);
    if (isSame) {
        printf(" %s\n", nameOf(errors[0]));
        return;
    }
    for (int i = 0; i < KINDS; i++) {
        printf(" %s %s", kinds[i].name, nameOf(errors[i]));
    }
    printf("\n");
}

static int isSkipped(unsigned request)
{
    switch (request) {
    case SIOCSPGRP: // the owner's number is the bytes of the name
    case 0x8901:
    case 0x894c: // SIOCGSKNS makes a descriptor
    case 0x8940: // bridges, which a kernel may have or not
    case 0x8941:
    case 0x89a0:
    case 0x89a1:
    case 0x89a2:
    case 0x89a3:
        return 1;
    default:
        return 0;
    }
}

static void testNumbers(void)
{
    setAdmin(0);
    for (unsigned request = 0x8900; request <= 0x89ff; request++) {
        if (!isSkipped(request)) {
            show(request, NULL);
            show(request, "lo");
            show(request, "nobody0");
        }
    }
    unsigned news[] = {0x80108906, 0x80108907, 0x8008890b, 0x5411, 0x541b, 0x5421, 0x4004890b};
    for (unsigned i = 0; i < sizeof news / sizeof *news; i++) {
        show(news[i], NULL);
    }
    setAdmin(1);
    for (unsigned request = 0x8900; request <= 0x89ff; request++) {
        if (!isSkipped(request)) {
            show(request, "nobody0");
        }
    }
}

static struct ifreq req;

static int ask(int fd, unsigned long request, const char *name)
{
    memset(&req, 0x5a, sizeof req);
    strncpy(req.ifr_name, name, IFNAMSIZ);
    return ioctl(fd, request, &req);
}

static int askAddress(int fd, unsigned long request, const char *name, const char *address)
{
    memset(&req, 0, sizeof req);
    strncpy(req.ifr_name, name, IFNAMSIZ);
    struct sockaddr_in *in = (struct sockaddr_in *)&req.ifr_addr;
    in->sin_family = AF_INET;
    inet_pton(AF_INET, address, &in->sin_addr);
    return ioctl(fd, request, &req);
}

static void showAddress(int fd, const char *what, unsigned long request, const char *name)
{
    errno = 0;
    if (ask(fd, request, name) != 0) {
        printf("%s of %s: %s\n", what, name, nameOf(errno));
        return;
    }
    struct sockaddr_in *in = (struct sockaddr_in *)&req.ifr_addr;
    char text[32];
    printf("%s of %s: family %d port %d %s, name %s\n", what, name, in->sin_family, in->sin_port, inet_ntop(AF_INET, &in->sin_addr, text,
        sizeof text), req.ifr_name);
}

static void showAddresses(int fd, const char *name)
{
    showAddress(fd, "address", SIOCGIFADDR, name);
    showAddress(fd, "destination", SIOCGIFDSTADDR, name);
    showAddress(fd, "broadcast", SIOCGIFBRDADDR, name);
    showAddress(fd, "mask", SIOCGIFNETMASK, name);
}

static void showList(int fd)
{
    struct ifreq list[8];
    struct ifconf conf = {.ifc_len = sizeof list, .ifc_req = list};
    memset(list, 0x77, sizeof list);
    printf("list: %s", ioctl(fd, SIOCGIFCONF, &conf) == 0 ? "ok" : nameOf(errno));
    for (int i = 0; i < conf.ifc_len / (int)sizeof *list; i++) {
        printf(" %s %s", list[i].ifr_name, inet_ntoa(((struct sockaddr_in *)&list[i].ifr_addr)->sin_addr));
    }
    printf("\n");
}

static void testQuestions(void)
{
    int fd = fds[1];
    VALUE(ask(fd, SIOCGIFFLAGS, "lo"));
    printf("flags %#x\n", (unsigned short)req.ifr_flags);
    VALUE(ask(fd, SIOCGIFMETRIC, "lo"));
    printf("metric %d\n", req.ifr_metric);
    VALUE(ask(fd, SIOCGIFMTU, "lo"));
    printf("mtu %d\n", req.ifr_mtu);
    VALUE(ask(fd, SIOCGIFTXQLEN, "lo"));
    printf("queue %d\n", req.ifr_qlen);
    VALUE(ask(fd, SIOCGIFINDEX, "lo"));
    printf("index %d\n", req.ifr_ifindex);
    VALUE(ask(fd, SIOCGIFHWADDR, "lo"));
    printf("hardware %d %02x%02x\n", req.ifr_hwaddr.sa_family, req.ifr_hwaddr.sa_data[0], req.ifr_hwaddr.sa_data[5]);
    VALUE(ask(fd, SIOCGIFMAP, "lo"));
    printf("map %lx %lx %x %x %x %x\n", req.ifr_map.mem_start, req.ifr_map.mem_end, req.ifr_map.base_addr, req.ifr_map.irq,
        req.ifr_map.dma, req.ifr_map.port);
    VALUE(ask(fd, SIOCGIFSLAVE, "lo"));
    VALUE(ask(fd, SIOCGIFNAME, "x"));
    req.ifr_ifindex = 1;
    VALUE(ioctl(fd, SIOCGIFNAME, &req));
    printf("name %s\n", req.ifr_name);
    req.ifr_ifindex = 0;
    VALUE(ioctl(fd, SIOCGIFNAME, &req));
    req.ifr_ifindex = -1;
    VALUE(ioctl(fd, SIOCGIFNAME, &req));

    // Names: whole, too long, of an alias, none.
    VALUE(ask(fd, SIOCGIFINDEX, ""));
    VALUE(ask(fd, SIOCGIFINDEX, "lo2345678901234567"));
    VALUE(ask(fd, SIOCGIFINDEX, "lo:1"));
    VALUE(ask(fd, SIOCGIFFLAGS, "lo:1"));
    printf("after it the name is %s\n", req.ifr_name);
    VALUE(ask(fd, SIOCGIFHWADDR, "lo:1"));
    VALUE(ask(fd, SIOCGIFMTU, "lo:"));
    VALUE(ask(fd, SIOCGIFADDR, ":lo"));
    VALUE(ask(fd, SIOCGIFADDR, "LO"));
    showAddresses(fd, "lo");
    showAddresses(fd, "lo:0");
    VALUE(ask(fds[0], SIOCGIFPFLAGS, "lo"));

    // An answer where nothing can be written, and where half of the question is unreadable.
    char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    strcpy(pages, "lo");
    mprotect(pages, 4096, PROT_READ);
    VALUE(ioctl(fd, SIOCGIFMTU, pages));
    VALUE(ioctl(fd, SIOCGIFADDR, pages));
    VALUE(ioctl(fd, SIOCGIFINDEX, pages));
    munmap(pages + 4096, 4096);
    mprotect(pages, 4096, PROT_READ | PROT_WRITE);
    strcpy(pages + 4096 - 32, "lo");
    VALUE(ioctl(fd, SIOCGIFMTU, pages + 4096 - 32));
    VALUE(ioctl(fd, SIOCGIFADDR, pages + 4096 - 32));
    VALUE(ioctl(fd, SIOCGIFCONF, pages + 4096 - 8));
}

static void testList(void)
{
    int fd = fds[1];
    struct ifreq list[4];
    struct ifconf conf = {.ifc_len = 0, .ifc_req = NULL};
    VALUE(ioctl(fd, SIOCGIFCONF, &conf));
    printf("needs %d\n", conf.ifc_len);
    int lengths[] = {-1, 0, 1, 39, 40, 41, 79, 80, 4096};
    for (unsigned i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        conf = (struct ifconf){.ifc_len = lengths[i], .ifc_req = list};
        memset(list, 0x11, sizeof list);
        errno = 0;
        int result = ioctl(fd, SIOCGIFCONF, &conf);
        printf("room %d: %d %s, %d, first %x\n", lengths[i], result, nameOf(errno), conf.ifc_len, list[0].ifr_name[0]);
    }
    conf = (struct ifconf){.ifc_len = 400, .ifc_req = BAD};
    VALUE(ioctl(fd, SIOCGIFCONF, &conf));
    conf = (struct ifconf){.ifc_len = 39, .ifc_req = BAD};
    VALUE(ioctl(fd, SIOCGIFCONF, &conf));
    showList(fds[0]);
    showList(fds[4]);
    showList(fds[6]);
    showList(fds[8]);
}

static void testArp(void)
{
    int fd = fds[1];
    struct arpreq arp = {0};
    struct sockaddr_in *in = (struct sockaddr_in *)&arp.arp_pa;
    VALUE(ioctl(fd, SIOCGARP, &arp));
    in->sin_family = AF_INET;
    in->sin_addr.s_addr = htonl(0x7f000001);
    VALUE(ioctl(fd, SIOCGARP, &arp));
    strcpy(arp.arp_dev, "lo");
    VALUE(ioctl(fd, SIOCGARP, &arp));
    strcpy(arp.arp_dev, "nobody0");
    VALUE(ioctl(fd, SIOCGARP, &arp));
    arp.arp_flags = ATF_NETMASK;
    VALUE(ioctl(fd, SIOCGARP, &arp));
    arp.arp_flags = ATF_NETMASK | ATF_PUBL;
    VALUE(ioctl(fd, SIOCGARP, &arp));
    arp = (struct arpreq){.arp_dev = "lo"};
    in->sin_family = AF_INET6;
    VALUE(ioctl(fd, SIOCGARP, &arp));
    VALUE(ioctl(fd, SIOCSARP, &arp));
    VALUE(ioctl(fd, SIOCDARP, &arp));
    in->sin_family = AF_INET;
    in->sin_addr.s_addr = htonl(0x7f000001);
    VALUE(ioctl(fd, SIOCDARP, &arp));
    VALUE(ioctl(fd, SIOCSARP, &arp));
    arp.arp_ha.sa_family = ARPHRD_ETHER;
    VALUE(ioctl(fd, SIOCSARP, &arp));

    // Without a device the way to the address says it.
    arp = (struct arpreq){.arp_flags = ATF_COM};
    in->sin_family = AF_INET;
    in->sin_addr.s_addr = htonl(0x7f000001);
    VALUE(ioctl(fd, SIOCDARP, &arp));
    in->sin_addr.s_addr = htonl(0xc0000201);
    VALUE(ioctl(fd, SIOCDARP, &arp));
    VALUE(ioctl(fd, SIOCSARP, &arp));
    in->sin_addr.s_addr = htonl(0x7f000001);
    strcpy(arp.arp_dev, "lo");
    setAdmin(0);
    VALUE(ioctl(fd, SIOCGARP, &arp));
    VALUE(ioctl(fd, SIOCSARP, &arp));
    VALUE(ioctl(fd, SIOCDARP, &arp));
    VALUE(ioctl(fd, SIOCDARP, BAD));
    VALUE(ioctl(fd, SIOCGARP, BAD));
    setAdmin(1);
    VALUE(ioctl(fd, SIOCSARP, BAD));
}

static void testChanges(void)
{
    int fd = fds[1];

    // A second address by the name of an alias, as ifconfig lo:1 makes it.
    VALUE(askAddress(fd, SIOCSIFADDR, "lo:1", "127.9.9.9"));
    showAddresses(fd, "lo:1");
    showAddresses(fd, "lo");
    showList(fd);
    VALUE(askAddress(fd, SIOCSIFNETMASK, "lo:1", "255.255.255.0"));
    VALUE(askAddress(fd, SIOCSIFNETMASK, "lo:1", "255.0.255.0"));
    showAddresses(fd, "lo:1");
    VALUE(askAddress(fd, SIOCSIFBRDADDR, "lo:1", "127.9.9.255"));
    showAddresses(fd, "lo:1");
    VALUE(askAddress(fd, SIOCSIFADDR, "lo:1", "127.9.8.7"));
    showAddresses(fd, "lo:1");
    VALUE(askAddress(fd, SIOCGIFADDR, "lo", "127.9.8.7"));
    printf("by its address: %s\n", inet_ntoa(((struct sockaddr_in *)&req.ifr_addr)->sin_addr));
    VALUE(askAddress(fd, SIOCSIFADDR, "lo:2", "300.0.0.1"));
    VALUE(askAddress(fd, SIOCSIFADDR, "lo:2", "240.0.0.1"));
    VALUE(askAddress(fd, SIOCSIFADDR, "lo:2", "224.0.0.1"));
    VALUE(askAddress(fd, SIOCSIFADDR, "lo:2", "0.0.0.0"));
    VALUE(askAddress(fd, SIOCSIFADDR, "nobody0", "127.9.9.9"));
    VALUE(askAddress(fd, SIOCSIFNETMASK, "lo:3", "255.255.255.0"));
    ((struct sockaddr_in *)&req.ifr_addr)->sin_family = AF_INET6;
    VALUE(ioctl(fd, SIOCSIFADDR, &req));
    ((struct sockaddr_in *)&req.ifr_addr)->sin_family = 0;
    VALUE(ioctl(fd, SIOCSIFNETMASK, &req));

    // Down goes the alias alone.
    memset(&req, 0, sizeof req);
    strcpy(req.ifr_name, "lo:1");
    VALUE(ioctl(fd, SIOCSIFFLAGS, &req));
    showAddresses(fd, "lo:1");
    strcpy(req.ifr_name, "lo:1");
    VALUE(ioctl(fd, SIOCSIFFLAGS, &req));
    showList(fd);
    strcpy(req.ifr_name, "lo");
    VALUE(ioctl(fd, SIOCGIFFLAGS, &req));
    printf("flags %#x\n", (unsigned short)req.ifr_flags);
    req.ifr_flags &= ~IFF_UP;
    VALUE(ioctl(fd, SIOCSIFFLAGS, &req));
    VALUE(ioctl(fd, SIOCGIFFLAGS, &req));
    printf("flags %#x\n", (unsigned short)req.ifr_flags);
    req.ifr_flags |= IFF_UP;
    VALUE(ioctl(fds[6], SIOCSIFFLAGS, &req));
    VALUE(ioctl(fds[8], SIOCGIFFLAGS, &req));
    printf("flags %#x\n", (unsigned short)req.ifr_flags);

    memset(&req, 0, sizeof req);
    strcpy(req.ifr_name, "lo");
    req.ifr_mtu = 1400;
    VALUE(ioctl(fd, SIOCSIFMTU, &req));
    VALUE(ask(fd, SIOCGIFMTU, "lo"));
    printf("mtu %d\n", req.ifr_mtu);
    req.ifr_mtu = -1;
    VALUE(ioctl(fd, SIOCSIFMTU, &req));
    req.ifr_mtu = 65536;
    VALUE(ioctl(fd, SIOCSIFMTU, &req));
    req.ifr_metric = 1;
    VALUE(ioctl(fd, SIOCSIFMETRIC, &req));
    req.ifr_metric = 0;
    VALUE(ioctl(fd, SIOCSIFMETRIC, &req));
    req.ifr_qlen = -1;
    VALUE(ioctl(fd, SIOCSIFTXQLEN, &req));
    VALUE(ask(fd, SIOCSIFMAP, "lo"));
    VALUE(ask(fd, SIOCSIFSLAVE, "lo"));
    VALUE(ask(fd, SIOCADDMULTI, "lo"));
    VALUE(ask(fd, SIOCDELMULTI, "lo"));
    memset(&req, 0, sizeof req);
    strcpy(req.ifr_name, "lo");
    VALUE(ioctl(fd, SIOCADDMULTI, &req));
    VALUE(ioctl(fd, SIOCSIFHWADDR, &req));
    VALUE(ioctl(fd, SIOCSIFHWBROADCAST, &req));

    // Names change while it is down: before Linux 6.2 all, since then those of some cards.
    req.ifr_flags = 0;
    VALUE(ioctl(fd, SIOCSIFFLAGS, &req));
    strcpy(req.ifr_newname, "lo");
    VALUE(ioctl(fd, SIOCSIFNAME, &req));
    strcpy(req.ifr_newname, "a/b");
    VALUE(ioctl(fd, SIOCSIFNAME, &req));
    strcpy(req.ifr_newname, "");
    VALUE(ioctl(fd, SIOCSIFNAME, &req));
    req.ifr_flags = IFF_UP;
    VALUE(ioctl(fd, SIOCSIFFLAGS, &req));
}

static void testRoutes(void)
{
    int fd = fds[1];
    struct rtentry route = {0};
    struct sockaddr_in *to = (struct sockaddr_in *)&route.rt_dst, *mask = (struct sockaddr_in *)&route.rt_genmask,
        *by = (struct sockaddr_in *)&route.rt_gateway;
    VALUE(ioctl(fd, SIOCADDRT, BAD));
    VALUE(ioctl(fd, SIOCADDRT, &route));
    to->sin_family = AF_INET;
    VALUE(ioctl(fd, SIOCADDRT, &route));
    to->sin_addr.s_addr = htonl(0xc0000200);
    mask->sin_family = AF_INET;
    mask->sin_addr.s_addr = htonl(0xffffff00);
    VALUE(ioctl(fd, SIOCADDRT, &route));
    route.rt_flags = RTF_UP;
    VALUE(ioctl(fd, SIOCADDRT, &route));
    route.rt_dev = "nobody0";
    VALUE(ioctl(fd, SIOCADDRT, &route));
    route.rt_dev = BAD;
    VALUE(ioctl(fd, SIOCADDRT, &route));
    route.rt_dev = "lo";
    VALUE(ioctl(fd, SIOCDELRT, &route));
    VALUE(ioctl(fd, SIOCADDRT, &route));
    VALUE(ioctl(fd, SIOCADDRT, &route));
    VALUE(ioctl(fd, SIOCDELRT, &route));
    VALUE(ioctl(fd, SIOCDELRT, &route));
    route.rt_dev = NULL;
    route.rt_flags = RTF_UP | RTF_GATEWAY;
    VALUE(ioctl(fd, SIOCADDRT, &route));
    by->sin_family = AF_INET;
    VALUE(ioctl(fd, SIOCADDRT, &route));
    by->sin_addr.s_addr = htonl(0xc6336401);
    VALUE(ioctl(fd, SIOCADDRT, &route));
    by->sin_family = 0;
    mask->sin_addr.s_addr = htonl(0xff00ff00);
    route.rt_flags = RTF_UP;
    route.rt_dev = "lo";
    VALUE(ioctl(fd, SIOCADDRT, &route));
    mask->sin_addr.s_addr = htonl(0xffff0000);
    VALUE(ioctl(fd, SIOCADDRT, &route));
    mask->sin_family = AF_INET6;
    VALUE(ioctl(fd, SIOCADDRT, &route));
    route.rt_flags = RTF_UP | RTF_HOST;
    VALUE(ioctl(fd, SIOCADDRT, &route));
    VALUE(ioctl(fd, SIOCDELRT, &route));
    setAdmin(0);
    VALUE(ioctl(fd, SIOCADDRT, &route));
    VALUE(ioctl(fd, SIOCADDRT, BAD));
    VALUE(ioctl(fds[3], SIOCADDRT, BAD));
    setAdmin(1);
    VALUE(ioctl(fds[3], SIOCADDRT, BAD));
    VALUE(ioctl(fds[3], SIOCDELRT, BAD));
    VALUE(ioctl(fds[3], SIOCSIFADDR, BAD));
    VALUE(ioctl(fds[3], SIOCDIFADDR, BAD));

    // struct in6_ifreq: an address, its prefix's length, an interface.
    struct { struct in6_addr address; unsigned prefix; int index; } six = {.prefix = 64, .index = 99};
    inet_pton(AF_INET6, "2001:db8::7", &six.address);
    VALUE(ioctl(fds[4], SIOCSIFADDR, &six));
    six.index = 1;
    six.prefix = 129;
    VALUE(ioctl(fds[4], SIOCSIFADDR, &six));
    VALUE(ioctl(fds[4], SIOCDIFADDR, &six));
    six.prefix = 128;
    VALUE(ioctl(fds[4], SIOCDIFADDR, &six));
    VALUE(ioctl(fds[4], SIOCSIFADDR, &six));
    VALUE(ioctl(fds[4], SIOCSIFADDR, &six));
    six.prefix = 64;
    VALUE(ioctl(fds[4], SIOCDIFADDR, &six));
    six.prefix = 128;
    VALUE(ioctl(fds[4], SIOCDIFADDR, &six));
}

// SIOCETHTOOL of the loopback, which has next to nothing to say.
static void testEthtool(void)
{
    setAdmin(0);
    for (int round = 0; round < 2; round++) {
        int last = -1, from = 0;
        for (unsigned command = 0; command <= 90; command++) {
            unsigned words[512] = {command, command == 0x20 ? 32 : 0};
            memset(&req, 0, sizeof req);
            strcpy(req.ifr_name, round == 0 ? "lo" : "nobody0");
            req.ifr_data = (char *)words;
            errno = 0;
            int error = ioctl(fds[1], SIOCETHTOOL, &req) == 0 ? 0 : errno;
            if (error != last) {
                if (last >= 0) {
                    printf("%s: commands %#x to %#x: %s\n", req.ifr_name, from, command - 1, nameOf(last));
                }
                from = command;
                last = error;
            }
            if (error == 0 && (command == 0xa || command == 0x25 || command == 0x23)) {
                printf("command %#x: %u\n", command, words[1]);
            }
        }
        printf("the rest: %s\n", nameOf(last));
    }
    setAdmin(1);
    req.ifr_data = BAD;
    strcpy(req.ifr_name, "lo");
    VALUE(ioctl(fds[1], SIOCETHTOOL, &req));
    strcpy(req.ifr_name, "nobody0");
    VALUE(ioctl(fds[1], SIOCETHTOOL, &req));
}

static void testOwner(void)
{
    for (int i = 0; i < KINDS; i++) {
        int owner = 7, error = ioctl(fds[i], SIOCGPGRP, &owner) == 0 ? 0 : errno;
        printf("%s: %s %d", kinds[i].name, nameOf(error), owner);
        owner = getpid();
        printf(" %s", nameOf(ioctl(fds[i], SIOCSPGRP, &owner) == 0 ? 0 : errno));
        error = ioctl(fds[i], FIOGETOWN, &owner) == 0 ? 0 : errno;
        printf(" %s %d", nameOf(error), owner == getpid());
        owner = 0;
        printf(" %s", nameOf(ioctl(fds[i], FIOSETOWN, &owner) == 0 ? 0 : errno));
        owner = 0x7fffff;
        printf(" %s", nameOf(ioctl(fds[i], FIOSETOWN, &owner) == 0 ? 0 : errno));
        owner = (int)0x80000000;
        printf(" %s\n", nameOf(ioctl(fds[i], SIOCSPGRP, &owner) == 0 ? 0 : errno));
    }
}

static void showStamp(int fd, const char *when)
{
    struct timeval time = {77, 77};
    struct timespec fine = {77, 77};
    struct timeval now;
    errno = 0;
    int one = ioctl(fd, SIOCGSTAMP, &time), error = errno;
    errno = 0;
    int two = ioctl(fd, SIOCGSTAMPNS, &fine), error2 = errno;
    gettimeofday(&now, NULL);
    printf("%s: %d %s %s, %d %s %s\n", when, one, nameOf(error), one == 0 && labs(time.tv_sec - now.tv_sec) < 30 ? "now" : "-",
        two, nameOf(error2), two == 0 && fine.tv_sec == time.tv_sec && fine.tv_nsec / 1000 == time.tv_usec ? "the same" : "-");
}

static void testStamps(void)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof name;
    int fd = socket(AF_INET, SOCK_DGRAM, 0), on = 1;
    char c;
    bind(fd, (struct sockaddr *)&name, sizeof name);
    getsockname(fd, (struct sockaddr *)&name, &length);
    showStamp(fd, "fresh");
    sendto(fd, "1", 1, 0, (struct sockaddr *)&name, length);
    recv(fd, &c, 1, 0);
    showStamp(fd, "after the first");
    sendto(fd, "2", 1, 0, (struct sockaddr *)&name, length);
    recv(fd, &c, 1, 0);
    showStamp(fd, "after the second");
    close(fd);

    // Who reads time stamps as control messages has none of them here.
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMP, &on, sizeof on);
    name.sin_port = 0;
    bind(fd, (struct sockaddr *)&name, sizeof name);
    getsockname(fd, (struct sockaddr *)&name, &length);
    sendto(fd, "1", 1, 0, (struct sockaddr *)&name, length);
    recv(fd, &c, 1, 0);
    showStamp(fd, "with the option");
    close(fd);
    VALUE(ioctl(fds[1], SIOCGSTAMP, BAD));
    showStamp(fds[0], "tcp");
    showStamp(fds[6], "unix");
    showStamp(fds[8], "netlink");
}

static void showQueues(int fd, const char *when)
{
    static const struct { unsigned long request; const char *name; } all[] = {{0x541b, "in"}, {0x5411, "out"}, {0x894b, "unsent"},
        {0x8905, "mark"}};
    printf("%s:", when);
    for (int i = 0; i < 4; i++) {
        int value = -9;
        errno = 0;
        int result = ioctl(fd, all[i].request, &value);
        if (result == 0) {
            printf(" %s %d", all[i].name, value);
        } else {
            printf(" %s %s", all[i].name, nameOf(errno));
        }
    }
    printf("\n");
}

static void testQueues(void)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof name;
    int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
    showQueues(client, "fresh tcp");
    bind(listener, (struct sockaddr *)&name, sizeof name);
    showQueues(listener, "bound tcp");
    listen(listener, 1);
    showQueues(listener, "listening tcp");
    getsockname(listener, (struct sockaddr *)&name, &length);
    connect(client, (struct sockaddr *)&name, length);
    showQueues(listener, "tcp with one waiting");
    int server = accept(listener, NULL, NULL);
    send(client, "hello", 5, 0);
    usleep(20000);
    showQueues(server, "tcp receiver");
    showQueues(client, "tcp sender");
    shutdown(client, SHUT_WR);
    usleep(20000);
    showQueues(server, "tcp after the end");
    char bytes[8];
    recv(server, bytes, 8, 0);
    showQueues(server, "tcp at the end");
    close(server);
    usleep(20000);
    showQueues(client, "tcp whose peer is gone");
    close(client);
    close(listener);

    int udp = socket(AF_INET, SOCK_DGRAM, 0);
    name.sin_port = 0;
    showQueues(udp, "fresh udp");
    bind(udp, (struct sockaddr *)&name, length);
    getsockname(udp, (struct sockaddr *)&name, &length);
    sendto(udp, "", 0, 0, (struct sockaddr *)&name, length);
    showQueues(udp, "udp with an empty one");
    sendto(udp, "abc", 3, 0, (struct sockaddr *)&name, length);
    recv(udp, bytes, 8, 0);
    showQueues(udp, "udp with three bytes");
    close(udp);
    int raw = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    showQueues(raw, "raw");
    close(raw);
    int netlink = socket(AF_NETLINK, SOCK_RAW, 0);
    showQueues(netlink, "netlink");
    close(netlink);

    for (int i = 0; i < 3; i++) {
        static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
        static const char *const names[] = {"stream", "datagrams", "packets"};
        int pair[2], one = socket(AF_UNIX, types[i], 0);
        printf("%s\n", names[i]);
        showQueues(one, "fresh unix");
        if (types[i] != SOCK_DGRAM) {
            struct sockaddr_un here = {.sun_family = AF_UNIX, .sun_path = "\0mote-test-requests"};
            bind(one, (struct sockaddr *)&here, sizeof here);
            listen(one, 1);
            showQueues(one, "listening unix");
        }
        close(one);
        socketpair(AF_UNIX, types[i], 0, pair);
        send(pair[0], "abc", 3, 0);
        send(pair[0], "de", 2, 0);
        showQueues(pair[1], "unix receiver");
        close(pair[0]);
        showQueues(pair[1], "unix whose peer is gone");
        close(pair[1]);
    }
}

// SIOCUNIXFILE, which makes a descriptor of the file that a socket is bound to: who may not, and where there is none.
static void testUnixFile(void)
{
    const unsigned long unixFile = 0x89e0;
    struct sockaddr_un here = {.sun_family = AF_UNIX, .sun_path = "/tmp/mote-test-unix-file"};
    unlink(here.sun_path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    VALUE(ioctl(fd, unixFile, 0));
    bind(fd, (struct sockaddr *)&here, sizeof here);
    setAdmin(0);
    VALUE(ioctl(fd, unixFile, 0));
    setAdmin(1);
    close(fd);
    unlink(here.sun_path);
}

int main(void)
{
    struct utsname system;
    uname(&system);
    if (strstr(system.release, "mote") == NULL && unshare(CLONE_NEWNET) != 0) {
        perror("unshare");
        return 2;
    }
    for (int i = 0; i < KINDS; i++) {
        fds[i] = socket(kinds[i].family, kinds[i].type, kinds[i].protocol);
        if (fds[i] < 0) {
            perror(kinds[i].name);
        }
    }
    strcpy(req.ifr_name, "lo");
    req.ifr_flags = IFF_UP | IFF_RUNNING;
    ioctl(fds[1], SIOCSIFFLAGS, &req);
    testNumbers();
    testQuestions();
    testList();
    testArp();
    testEthtool();
    testOwner();
    testStamps();
    testQueues();
    testUnixFile();
    testChanges();
    testRoutes();
    return 0;
}
